// SPDX-License-Identifier: Apache-2.0
// Walks one chain and says where it first stops being what was written. The same walk serves the
// store and a mirror file.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/audit/chain.h"
#include "core/audit/signed_head.h"

namespace lockstep {

/// The first place where a chain is not what was written.
struct AuditBreak {
  enum class Kind {
    altered,    ///< a record does not follow from the one before: it or its neighbour was edited
    gap,        ///< sequence numbers are missing, doubled or out of order
    cut,        ///< the chain ends before its head
    no_chain,   ///< a head without records, or records without a head
    rewritten,  ///< the chain fits in itself, and is not the one that was signed
    forged,     ///< a signature is not by the audit key, or what it says was edited
  };
  Kind kind;
  NodeId node;
  std::uint64_t seq = 0;  ///< of the first record that is wrong or missing
};

/// What a chain has to agree with.
struct ChainClaims {
  std::optional<ChainHead> kept;         ///< kept beside the records, before the walk
  std::vector<SignedHead> heads;         ///< claim: reached; from the store, or kept elsewhere
  std::optional<SignedHead> checkpoint;  ///< claim: removed
  std::optional<PublicKey> key;          ///< none: signatures are not looked at
};

/// What was found out about one chain.
struct ChainVerdict {
  NodeId node;
  std::uint64_t records = 0;                ///< that were checked
  std::uint64_t leftover = 0;               ///< up to the checkpoint and not removed yet
  ChainHead end;                            ///< of what was read
  std::optional<std::uint64_t> checkpoint;  ///< where it begins
  std::optional<std::uint64_t> signed_seq;  ///< the newest signed head it agrees with
  std::optional<AuditBreak> broken;
};

/// One walk. Not thread-safe.
class ChainCheck {
 public:
  ChainCheck(NodeId node, ChainClaims claims);

  /// The next record, in the order of the store.
  void visit(const AuditRecord& record);
  /// What follows the last record visited cannot be read as a record.
  void unreadable();
  /// `kept_after`: the head kept beside the records after the walk. Others may write meanwhile: the
  /// chain has to reach the head from before and must not reach beyond that from after.
  [[nodiscard]] ChainVerdict finish(const std::optional<ChainHead>& kept_after);

  [[nodiscard]] const ChainHead& end() const { return verdict_.end; }

 private:
  void check_signatures();
  void compare(const AuditRecord& record);
  void report(AuditBreak::Kind kind, std::uint64_t seq);

  ChainClaims claims_;
  ChainVerdict verdict_;
};

}  // namespace lockstep
