// SPDX-License-Identifier: Apache-2.0
// Steering the fake clock of lockstep_testd, a line at a time over a Unix socket:
//
//     get                     nothing but the answer
//     advance 180s            time passes: both clocks move on; s, ms or us
//     jump -300s              somebody sets the wall clock; the monotonic clock does not notice
//     set 2026-03-01T12:00:00Z   the same, to a given time
//     reboot                  the monotonic clock starts anew in another run
//
// Each is answered by one line of JSON: {"wall":"2026-03-01T12:00:00Z","mono_us":…} as the clocks
// stand now, or {"error":"…"}.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"
#include "testing/fake_clock.h"

namespace lockstep {

/// Carries out one line. Returns the answer without its end of line.
std::string steer(FakeClock& clock, std::string_view line);

/// A listening Unix socket at `path`, in place of what was there. Errors: unavailable.
[[nodiscard]] Result<int> listen_at(const std::filesystem::path& path);

/// Answers until it is destroyed; one client at a time.
class ClockSocket {
 public:
  static constexpr std::size_t kLineBytesMax = 256;

  /// `clock` outlives it. Takes over `listener`, which `listen_at` made.
  ClockSocket(FakeClock& clock, int listener);
  ClockSocket(const ClockSocket&) = delete;
  ClockSocket& operator=(const ClockSocket&) = delete;
  ~ClockSocket();

 private:
  void run();
  void serve(int client);
  /// Whether there is something to read on `descriptor`; false when it is time to stop.
  [[nodiscard]] bool wait_for(int descriptor) const;

  FakeClock& clock_;
  int listener_;
  std::array<int, 2> stop_{-1, -1};  // a pipe: closing its writing end wakes the thread
  std::thread thread_;
};

}  // namespace lockstep
