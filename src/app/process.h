// SPDX-License-Identifier: Apache-2.0
// What concerns the process as a whole.
#pragma once

namespace lockstep {

/// No core dump and no debugger of another user: either would hold seeds and keys in clear.
void forbid_core_dumps();

/// SIGTERM and SIGINT, turned into something to wait for. SIGHUP is taken and needs nothing done:
/// files that were rotated are noticed and opened anew within a second. Make it before the first
/// other thread: those inherit that the signals are blocked. Also keeps SIGPIPE from ending the
/// process.
class StopSignals {
 public:
  StopSignals();

  /// Returns when one of them has come.
  void wait() const;
};

}  // namespace lockstep
