// SPDX-License-Identifier: Apache-2.0
// What concerns the process as a whole.
#pragma once

namespace lockstep {

/// No core dump, nothing private in one that is made all the same, and no debugger of another user:
/// each would hold seeds and keys in clear. Call it first of all.
void forbid_core_dumps();

/// Keeps all memory of the process, as it comes into use, out of the swap space. False when it may
/// not: that needs root, CAP_IPC_LOCK, or an unlimited RLIMIT_MEMLOCK.
[[nodiscard]] bool lock_memory();

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
