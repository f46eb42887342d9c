// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/code/generator.h"

namespace lockstep {

/// How a simulated clock differs from the server's: set wrong, and running wrong from then on.
struct SimulatedClock {
  WallTime set_at{};           ///< server time at which it was `offset` off
  Micros offset{0};            ///< token clock - server clock at that time; positive = fast
  std::int64_t drift_ppm = 0;  ///< microseconds gained in each second of server time
};

/// A token as its owner has it: it shows codes and knows nothing of the server. An event token is
/// pressed; a time token is looked at. For tests, the demo and the simulation. Not thread-safe.
class SimulatedToken {
 public:
  /// `seed` must be one that CodeGenerator takes; anything else is a bug of the test.
  SimulatedToken(const CodeSpec& spec, const Secret& seed);

  /// Event token: its button. Shows the code at the counter, which then moves on.
  std::string press();
  /// Event token: pressed `times` without anybody typing the codes; in a pocket, say.
  void press_unseen(std::uint64_t times);
  /// Event token: the counter of the next code, as a display with counter shows it.
  [[nodiscard]] Position counter() const { return counter_; }
  void set_counter(Position counter) { counter_ = counter; }

  /// Time token: the code on its display at `server_time`, by its own clock.
  [[nodiscard]] std::string shows(WallTime server_time) const;
  /// Time token: what its own clock reads at `server_time`.
  [[nodiscard]] WallTime own_time(WallTime server_time) const;
  void set_clock(const SimulatedClock& clock) { clock_ = clock; }

  /// The code at any position, whatever the token shows now.
  [[nodiscard]] std::string code_at(Position position) const;

 private:
  CodeGenerator generator_;
  Position counter_;
  SimulatedClock clock_;
};

}  // namespace lockstep
