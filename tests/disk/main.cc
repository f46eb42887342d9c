// SPDX-License-Identifier: Apache-2.0
// crash_points [--seed N] [--points M]: lives days until the power was cut at M moments of them.
// Exit code 0 when nothing was lost, 1 when something was, 2 when it was called in another way.
#include <charconv>
#include <cstdio>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "crash_points.h"

namespace lockstep {
namespace {

constexpr std::string_view kUsage = "usage: crash_points [--seed N] [--points M]\n";
constexpr std::size_t kOpenedEvery = 16;

bool parse_number(std::string_view text, std::uint64_t& out) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && rest == end;
}

/// Most days are short and have many restarts, which keeps the log short that each image is
/// recovered from. One of eight is long and has none, so that the log is moved while the store
/// works.
DaySetup day_of(std::uint64_t seed) {
  constexpr std::uint64_t kLongDays = 8;
  if (seed % kLongDays == 0) return {.seed = seed, .actions = 160, .actions_per_restart = 100'000};
  SeededRandom random(seed);
  return {
      .seed = seed, .actions = 20 + random.below(40), .actions_per_restart = 1 + random.below(12)};
}

struct Wanted {
  std::uint64_t seed = 1;
  std::uint64_t points = 100'000;
};

bool parse(std::span<char* const> arguments, Wanted& wanted) {
  if (arguments.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string_view name = arguments[i];
    if (name != "--seed" && name != "--points") return false;
    std::uint64_t& value = name == "--seed" ? wanted.seed : wanted.points;
    if (!parse_number(arguments[i + 1], value)) return false;
  }
  return true;
}

int run(std::span<char* const> arguments) {
  Wanted wanted;
  if (!parse(arguments, wanted)) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  fmt::print("crash_points --seed {} --points {}\n", wanted.seed, wanted.points);
  Findings all;
  std::uint64_t transactions = 0;
  std::uint64_t spent = 0;
  std::uint64_t days = 0;
  for (std::uint64_t seed = wanted.seed; all.points < wanted.points && all.faults() == 0; ++seed) {
    const Recording day = record_day(day_of(seed));
    all.add(CrashPoints(day, {.seed = seed,
                              .opened_every = kOpenedEvery,
                              .points_max = wanted.points - all.points})
                .run());
    transactions += day.acknowledged.states.size() - 1;
    spent += day.spent.size();
    ++days;
    fmt::print("day {}: {} operations, {} transactions; so far {} points, {} faults\n", seed,
               day.ops.size(), day.acknowledged.states.size() - 1, all.points, all.faults());
    static_cast<void>(std::fflush(stdout));
  }
  fmt::print(
      "{} crash points in {} days with {} transactions and {} log-ins accepted: {} disks recovered "
      "to {} databases, {} opened by the store, {} codes replayed; {} lost, {} accepted twice, {} "
      "broken, {} sealed off\n",
      all.points, days, transactions, spent, all.images, all.states, all.opened, all.replayed,
      all.lost, all.twice, all.broken, all.sealed_off);
  if (all.faults() > 0) fmt::print("the first fault: {}\n", all.first);
  return all.faults() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace lockstep

int main(int count, char** arguments) {
  return lockstep::run(
      std::span<char* const>(arguments, static_cast<std::size_t>(count)).subspan(1));
}
