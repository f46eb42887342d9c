// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/audit/chain_check.h"
#include "ports/store.h"

namespace lockstep {

/// By time, in the order asked for. Permission: audit_read. Errors: invalid_input, for a limit
/// outside 1 to 1,000.
[[nodiscard]] Result<std::vector<AuditRecord>> query_audit(Store& store, const AuditQuery& query);

struct VerifyOptions {
  /// The audit key's public half. None: signatures are not looked at.
  std::optional<PublicKey> key;
  /// Signed heads that were kept elsewhere: the store's chains have to agree with them too.
  std::vector<SignedHead> noted;
  /// Told now and then how many records were read so far.
  std::function<void(std::uint64_t)> progress;
};

struct AuditVerdict {
  std::uint64_t records = 0;         ///< that were checked
  std::vector<ChainVerdict> chains;  ///< by node
  bool signatures_checked = false;

  /// The first break of the first chain that has one; nothing: everything is as it was written.
  [[nodiscard]] std::optional<AuditBreak> broken() const;
};

/// Walks every chain from its beginning, or from its checkpoint, and compares it with the head kept
/// beside it, with its signed heads, and with the other chains that its starts name. Reads all
/// records once, keeps none. Permission: audit_read.
[[nodiscard]] Result<AuditVerdict> verify_audit(Store& store, const VerifyOptions& options);

/// The stable name of a break: "altered".
[[nodiscard]] std::string_view name_of(AuditBreak::Kind kind);

}  // namespace lockstep
