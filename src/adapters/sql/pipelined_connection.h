// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "adapters/sql/connection.h"

namespace lockstep {

/// What is known about a transaction that writes, after an error in it.
enum class Aftermath {
  refused,      ///< a statement said no; nothing is written, and tried again it says no again
  not_written,  ///< nothing is written: others were in the way, or the connection was lost before
                ///< the commit was sent. The same transaction may be tried again
  unknown,      ///< the connection was lost after the commit was sent
};

/// A connection to an engine across a network, where a round trip costs more than a statement. What
/// is queued travels with the next call that waits, and is judged then. Such a connection outlives
/// its session: lost, it connects again when the next transaction begins.
class PipelinedConnection : public Connection {
 public:
  static constexpr std::size_t kNoPart = static_cast<std::size_t>(-1);

  /// Names what is queued from now on, for `failed_parts`; no part after `begin_write`.
  virtual void set_part(std::size_t part) = 0;

  /// Waits until all that is queued was carried out. Errors: the first one there was.
  virtual Result<void> settle() = 0;

  /// The parts whose statements failed since `begin_write`, as far as the engine looked.
  [[nodiscard]] virtual const std::vector<std::size_t>& failed_parts() const = 0;

  /// Of the last error since `begin_write`; `refused` where there was none, so that an error that
  /// did not come from the connection reads the same.
  [[nodiscard]] virtual Aftermath aftermath() const = 0;

  /// Counts the sessions: another number than before says that the connection was lost between.
  [[nodiscard]] virtual std::uint64_t session() const = 0;
};

}  // namespace lockstep
