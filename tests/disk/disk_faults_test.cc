// SPDX-License-Identifier: Apache-2.0
// A disk that fails while the store works. A write that cannot be made durable ends the process, in
// a child here; what the child leaves on its disk is then looked at as after a power cut.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "crash_points.h"

namespace lockstep {
namespace {

constexpr int kLived = 10;   // to the end of the day, and nothing was lost
constexpr int kGaveUp = 11;  // in the middle, and nothing was lost
constexpr int kLostThings = 12;

/// Nothing is opened anew on it: an error of the disk would be one of opening, and ends nothing.
DaySetup plain_day() { return {.seed = 6, .actions = 12, .actions_per_restart = 1'000'000}; }

Recording& childs_recording() {
  static Recording recording;
  return recording;
}

[[noreturn]] void conclude(int code) {
  const Findings findings = CrashPoints(childs_recording(), {.seed = 1}).run_end();
  if (findings.faults() > 0) std::fprintf(stderr, "lost: %s\n", findings.first.c_str());
  std::_Exit(findings.faults() > 0 ? kLostThings : code);
}

/// A fault at the call with this number among those of its kind to the named file.
struct OneFault {
  DiskCall call;
  DiskFault fault;
  std::uint64_t number;
  bool lasts = false;  ///< from then on
};

[[noreturn]] void live_with(const OneFault& fault) {
  DaySetup setup = plain_day();
  setup.faults = [fault, count = std::uint64_t{0}](DiskCall call, std::string_view name,
                                                   std::uint64_t) mutable {
    const bool is_log = name.ends_with("-wal");
    if (call != fault.call || (call != DiskCall::read && !is_log)) return DiskFault::none;
    const bool now = fault.lasts ? count >= fault.number : count == fault.number;
    ++count;
    return now ? fault.fault : DiskFault::none;
  };
  // Nothing else of this process can be touched any more; its disk can.
  std::set_terminate([] { conclude(kGaveUp); });
  record_day(setup, childs_recording());
  conclude(kLived);
}

/// How many calls of this kind a day without faults makes.
std::uint64_t calls_of(DiskCall wanted) {
  std::uint64_t count = 0;
  DaySetup setup = plain_day();
  setup.faults = [&](DiskCall call, std::string_view name, std::uint64_t) {
    const bool is_log = name.ends_with("-wal");
    if (call == wanted && (call == DiskCall::read || is_log)) ++count;
    return DiskFault::none;
  };
  const Recording day = record_day(setup);
  // Where the store is opened anew, an error of the disk is one of opening, and ends nothing.
  EXPECT_EQ(day.restarts, 0U);
  return count;
}

/// The day with a fault at four moments of it, the first ones left out: there is no store yet.
void expect_an_end(DiskCall call, DiskFault fault, bool lasts) {
  const std::uint64_t calls = calls_of(call);
  for (const std::uint64_t tenth : {4U, 6U, 8U, 9U}) {
    EXPECT_EXIT(live_with({call, fault, calls * tenth / 10, lasts}),
                testing::ExitedWithCode(kGaveUp), "committing.*What was acknowledged is on disk");
  }
}

TEST(DiskFaultsDeathTest, AFailedSyncEndsTheProcessAndLosesNothing) {
  expect_an_end(DiskCall::sync, DiskFault::io_error, false);
}

TEST(DiskFaultsDeathTest, AFailedWriteEndsTheProcessAndLosesNothing) {
  expect_an_end(DiskCall::write, DiskFault::io_error, false);
}

TEST(DiskFaultsDeathTest, AFullDiskEndsTheProcessAndLosesNothing) {
  expect_an_end(DiskCall::write, DiskFault::full, true);
}

TEST(DiskFaultsDeathTest, ADiskThatTakesHalfAWriteEndsTheProcessAndLosesNothing) {
  expect_an_end(DiskCall::write, DiskFault::half, true);
}

bool lived_or_gave_up(int status) {
  return WIFEXITED(status) && (WEXITSTATUS(status) == kLived || WEXITSTATUS(status) == kGaveUp);
}

TEST(DiskFaultsDeathTest, AReadThatFailsIsAnErrorAndLosesNothing) {
  const std::uint64_t calls = calls_of(DiskCall::read);
  for (const DiskFault fault : {DiskFault::io_error, DiskFault::short_read}) {
    for (const std::uint64_t tenth : {3U, 5U, 7U, 9U}) {
      EXPECT_EXIT(live_with({DiskCall::read, fault, calls * tenth / 10, false}), lived_or_gave_up,
                  "");
    }
  }
}

// ---- The log on its way into the database.

ChangeSet one_group(int number) {
  return {{InsertGroup{GroupName::parse("group-" + std::to_string(number)).value()}}, {}};
}

VirtualDisk*& childs_disk() {
  static VirtualDisk* disk = nullptr;
  return disk;
}
std::atomic<int>& acknowledged() {
  static std::atomic<int> count = 0;
  return count;
}

[[noreturn]] void conclude_groups() {
  SeededRandom random(1);
  VirtualDisk after(childs_disk()->image());
  const auto store = open_store(after, random).value();
  int found = 0;
  for (std::string last; true;) {
    const auto page = store->groups({.limit = Page::kLimitMax, .after = last}).value();
    if (page.empty()) break;
    found += static_cast<int>(page.size());
    last = page.back().name.text();
  }
  // The answer before the fault may not have been counted yet.
  const int more = found - acknowledged();
  std::_Exit(more == 0 || more == 1 ? kGaveUp : kLostThings);
}

[[noreturn]] void fill_the_log(DiskCall failing, DiskFault fault) {
  constexpr int kCommits = 2'000;
  VirtualDisk disk(empty_disk());
  childs_disk() = &disk;
  SeededRandom random(1);
  const auto store = open_store(disk, random).value();
  disk.fail_when([=](DiskCall call, std::string_view name, std::uint64_t) {
    return call == failing && name == kDatabase ? fault : DiskFault::none;
  });
  std::set_terminate([] { conclude_groups(); });
  for (; acknowledged() < kCommits; ++acknowledged()) {
    if (!store->commit(one_group(acknowledged()))) std::_Exit(kLived);
  }
  std::_Exit(kLived);
}

TEST(DiskFaultsDeathTest, AFaultWhileTheLogIsMovedEndsTheProcessAndLosesNothing) {
  const auto ended = testing::ExitedWithCode(kGaveUp);
  constexpr const char* kMessage = "moving the log into the database.*What was acknowledged";
  EXPECT_EXIT(fill_the_log(DiskCall::write, DiskFault::io_error), ended, kMessage);
  EXPECT_EXIT(fill_the_log(DiskCall::write, DiskFault::half), ended, kMessage);
  EXPECT_EXIT(fill_the_log(DiskCall::sync, DiskFault::io_error), ended, kMessage);
}

}  // namespace
}  // namespace lockstep
