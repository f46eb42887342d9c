// SPDX-License-Identifier: Apache-2.0
// Cuts the power at every operation of a recorded day and looks at what is left.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "day.h"

namespace lockstep {

struct Effort {
  std::uint64_t seed = 1;
  /// Images with some of what was pending, and with some sectors of it, for each operation.
  std::size_t some = 1;
  std::size_t torn = 1;
  /// Only every so manieth operation, beside those around each acknowledgement.
  std::size_t stride = 1;
  /// Every so manieth image is opened by the store of production, which takes replays. Of the
  /// others only the database that SQLite recovers is compared, byte for byte, with those that are
  /// known; one that is not known is opened too.
  std::size_t opened_every = 1;
  /// Where to stop.
  std::uint64_t points_max = ~std::uint64_t{0};
  /// How many of the codes spent last are tried again at every point.
  std::size_t replayed_last = 2;
  /// Each so manieth state of the database is one where all codes are tried again.
  std::size_t replayed_all = 8;
};

/// What was found. A fault is counted once for each point, by the first check that saw it.
struct Findings {
  std::uint64_t points = 0;    ///< moments, each with one way to lose what was pending
  std::uint64_t images = 0;    ///< disks that were recovered from: some moments leave the same one
  std::uint64_t opened = 0;    ///< of these, by the store of production
  std::uint64_t states = 0;    ///< databases, of all that came back, that differ
  std::uint64_t replayed = 0;  ///< codes
  std::uint64_t broken = 0;    ///< did not open, or the chain of the audit is broken
  std::uint64_t lost = 0;   ///< not what was acknowledged, nor that and all of what was under way
  std::uint64_t twice = 0;  ///< a spent code signed in
  std::uint64_t sealed_off = 0;  ///< something does not open with the key file of that moment
  std::string first;             ///< what the first fault was, where

  [[nodiscard]] std::uint64_t faults() const { return broken + lost + twice + sealed_off; }
  void add(const Findings& other);
};

/// Not thread-safe.
class CrashPoints {
 public:
  /// `recording` outlives the object.
  CrashPoints(const Recording& recording, const Effort& effort);

  /// Every point.
  [[nodiscard]] Findings run();

  /// Only the moment the recording ends at, in many images, also the one that a process finds that
  /// ended while the machine ran on. What was under way then may be there.
  [[nodiscard]] Findings run_end();

  /// One image. `acknowledged` is the last transaction that was answered before.
  void check(const DiskImage& image, std::uint64_t acknowledged);

 private:
  /// A database that came back at least once.
  struct Known {
    Bytes pages;
    std::optional<std::string> state;  // none: it cannot be read, or its chain is broken
    bool replayed = false;
    std::set<RingState> opened_with{};  // everything in it
  };
  struct Where {
    std::size_t op;
    Cut cut;
  };

  void cut_here(const DiskState& disk, std::size_t op, std::uint64_t acknowledged);
  /// The entry for these pages, or null.
  Known* find(const Bytes& pages);
  Known& learn(Store& store, Bytes pages);
  /// Tries spent codes again: the last ones, or all where this database is seen for the first time
  /// and it is its turn.
  [[nodiscard]] bool accepts_any(Store& store, const DiskImage& image, Known& found,
                                 std::uint64_t acknowledged);
  [[nodiscard]] bool is_expected(const Known& found, std::uint64_t acknowledged) const;
  /// The key file at the moment that is looked at.
  [[nodiscard]] RingState ring() const;
  /// Whether everything that is sealed in `store` opens with the key file of now.
  [[nodiscard]] bool opens_all(Store& store, Known& found) const;
  /// The codes that are spent by then, the last ones first.
  [[nodiscard]] std::vector<const Spent*> spent_until(std::uint64_t acknowledged) const;
  /// Tries one entry of each user and takes it out of `again`.
  [[nodiscard]] bool accepts_one(Store& store, std::vector<const Spent*>& again,
                                 std::uint64_t acknowledged);
  [[nodiscard]] bool accepts(Services& services, const Spent& spent, std::uint64_t acknowledged);
  /// Tries each code by mail that is spent by then.
  [[nodiscard]] bool accepts_mailed(Services& services, std::uint64_t acknowledged);
  void note(std::uint64_t& count, const std::string& what);

  const Recording& recording_;
  const Effort effort_;
  SeededRandom random_;
  Findings findings_;
  std::vector<Known> known_;
  std::multimap<std::size_t, std::size_t> by_hash_;
  std::size_t last_known_ = 0;
  Where where_{};
  std::pair<std::uint64_t, std::uint64_t> durable_;  // what the last Cut::none was of, and when
  std::optional<std::string> under_way_;  // the state if the last thing asked for was done
};

}  // namespace lockstep
