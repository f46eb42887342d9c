// SPDX-License-Identifier: Apache-2.0
// sim [--seed N] [--trials M]: shows that the promises about thieves and owners hold. Exit code 0
// when they do, 1 when one is broken, 2 when it was called in another way.
#include <charconv>
#include <cstdio>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "attack.h"
#include "owner.h"

namespace lockstep::sim {
namespace {

constexpr std::string_view kUsage = "usage: sim [--seed N] [--trials M]\n";
// Owners are slower to simulate than thieves, and need fewer log-ins to tell.
constexpr std::uint64_t kThievesPerOwner = 20;

bool parse_number(std::string_view text, std::uint64_t& out) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && rest == end;
}

bool parse(std::span<char* const> arguments, Effort& effort) {
  if (arguments.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string_view name = arguments[i];
    if (name != "--seed" && name != "--trials") return false;
    std::uint64_t& value = name == "--seed" ? effort.seed : effort.trials;
    if (!parse_number(arguments[i + 1], value)) return false;
  }
  return true;
}

bool report_thieves(const Effort& effort) {
  bool all_hold = true;
  fmt::print("{:<34}{:>9}{:>7}{:>11}{:>11}\n", "thief", "trials", "wins", "rate", "bound");
  for (const Verdict& one : attack(effort)) {
    const double rate = static_cast<double>(one.wins) / static_cast<double>(one.trials);
    const bool good = one.holds && one.telling;
    fmt::print("{:<34}{:>9}{:>7}{:>11.2e}{:>11.2e}  {}\n", one.scenario, one.trials, one.wins, rate,
               one.bound, good ? "holds" : (one.holds ? "TELLS NOTHING" : "BROKEN"));
    all_hold &= good;
  }
  return all_hold;
}

bool report_owners(const Effort& effort) {
  bool all_get_in = true;
  fmt::print("\n{:<34}{:>9}{:>7}{:>11}\n", "owner", "log-ins", "codes", "stranded");
  for (const Service& one : own({effort.seed, effort.trials / kThievesPerOwner + 1})) {
    const bool good = one.stranded == 0;
    fmt::print("{:<34}{:>9}{:>7}{:>11}  {}\n", one.scenario, one.log_ins, one.codes, one.stranded,
               good ? "holds" : "BROKEN");
    all_get_in &= good;
  }
  return all_get_in;
}

int run(std::span<char* const> arguments) {
  Effort effort{.seed = 1, .trials = 200'000};
  if (!parse(arguments, effort) || effort.trials == 0) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  fmt::print("sim --seed {} --trials {}\n\n", effort.seed, effort.trials);
  const bool thieves_hold = report_thieves(effort);
  const bool owners_get_in = report_owners(effort);
  return thieves_hold && owners_get_in ? 0 : 1;
}

}  // namespace
}  // namespace lockstep::sim

int main(int count, char** arguments) {
  return lockstep::sim::run(
      std::span<char* const>(arguments, static_cast<std::size_t>(count)).subspan(1));
}
