// SPDX-License-Identifier: Apache-2.0
// What concerns the process as a whole.
#pragma once

#include <chrono>

#include "adapters/system/service_manager.h"

namespace lockstep {

/// No core dump, nothing private in one that is made all the same, and no debugger of another user:
/// each would hold seeds and keys in clear. Call it first of all.
void forbid_core_dumps();

/// Keeps all memory of the process, as it comes into use, out of the swap space. False when it may
/// not: that needs root, CAP_IPC_LOCK, or an unlimited RLIMIT_MEMLOCK.
[[nodiscard]] bool lock_memory();

/// The service manager that started this process, as its environment says, where nothing is left
/// of it: no child process speaks for us. Before the first other thread.
[[nodiscard]] ServiceManager service_manager();

enum class Signal {
  stop,    ///< SIGTERM, SIGINT
  reload,  ///< SIGHUP
};

/// The signals, turned into something to wait for. Make it before the first other thread: those
/// inherit that the signals are blocked. Also keeps SIGPIPE from ending the process.
class StopSignals {
 public:
  StopSignals();

  /// Returns when one has come.
  [[nodiscard]] Signal next() const;
  /// Returns when it is time to stop; for who has nothing to read anew.
  void wait() const;
  /// Returns after `time`, or when it is time to stop.
  void wait_at_most(std::chrono::seconds time) const;
};

}  // namespace lockstep
