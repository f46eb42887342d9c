// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "base/result.h"
#include "base/time.h"
#include "core/audit/signed_head.h"
#include "ports/store.h"

namespace lockstep {

/// Signs where this process's chain of audit records ends. Thread-safe.
class AuditSigner {
 public:
  explicit AuditSigner(SigningKey key) : key_(std::move(key)) {}

  [[nodiscard]] const PublicKey& public_key() const { return key_.public_key(); }
  [[nodiscard]] const SigningKey& key() const { return key_; }

  /// Signs and keeps the end of the chain, where it has moved since the last time.
  /// Errors: those of Store; corrupt, when the chain kept is shorter than the one that was signed
  /// or another one: somebody changed it, or an older copy of the store was put back.
  Result<void> sign(Store& store, WallTime now);

 private:
  const SigningKey key_;
  std::mutex mutex_;
  ChainHead last_;      ///< what was signed last, by this process or the one before
  bool known_ = false;  ///< whether that was read
};

}  // namespace lockstep
