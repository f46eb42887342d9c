// SPDX-License-Identifier: Apache-2.0
#include "core/audit/chain_check.h"

#include <algorithm>

namespace lockstep {

using Kind = AuditBreak::Kind;

ChainCheck::ChainCheck(NodeId node, ChainClaims claims) : claims_(std::move(claims)) {
  verdict_.node = node;
  check_signatures();
  if (!claims_.checkpoint) return;
  verdict_.checkpoint = claims_.checkpoint->head.seq;
  verdict_.end = claims_.checkpoint->head;
  for (const SignedHead& head : claims_.heads) {
    if (head.head.seq == verdict_.end.seq && head.head.hash != verdict_.end.hash) {
      report(Kind::rewritten, head.head.seq);
    }
  }
}

void ChainCheck::check_signatures() {
  if (!claims_.key) return;
  for (const SignedHead& head : claims_.heads) {
    if (!is_signed_by(*claims_.key, HeadClaim::reached, head)) report(Kind::forged, head.head.seq);
  }
  const auto& checkpoint = claims_.checkpoint;
  if (checkpoint && !is_signed_by(*claims_.key, HeadClaim::removed, *checkpoint)) {
    report(Kind::forged, checkpoint->head.seq);
  }
}

void ChainCheck::visit(const AuditRecord& record) {
  if (claims_.checkpoint && record.seq <= claims_.checkpoint->head.seq) {
    // We said that these were removed; whoever removes them was interrupted.
    ++verdict_.leftover;
    return;
  }
  ++verdict_.records;
  ChainHead& end = verdict_.end;
  if (record.seq != end.seq + 1) {
    report(Kind::gap, end.seq + 1);
  } else if (!follows(end, record)) {
    report(Kind::altered, record.seq);
  } else {
    compare(record);
  }
  end = ChainHead{record.seq, record.hash};
}

void ChainCheck::compare(const AuditRecord& record) {
  const auto& kept = claims_.kept;
  if (kept && kept->seq == record.seq && kept->hash != record.hash) {
    report(Kind::altered, record.seq);
  }
  for (const SignedHead& head : claims_.heads) {
    if (head.head.seq != record.seq) continue;
    if (head.head.hash != record.hash) report(Kind::rewritten, record.seq);
    verdict_.signed_seq = std::max(verdict_.signed_seq.value_or(0), record.seq);
  }
}

void ChainCheck::unreadable() { report(Kind::altered, verdict_.end.seq + 1); }

ChainVerdict ChainCheck::finish(const std::optional<ChainHead>& kept_after) {
  const ChainHead& end = verdict_.end;
  std::uint64_t reached = claims_.kept ? claims_.kept->seq : 0;
  for (const SignedHead& head : claims_.heads) reached = std::max(reached, head.head.seq);
  if (end.seq < reached) report(end.seq == 0 ? Kind::no_chain : Kind::cut, end.seq + 1);
  if (end.seq == 0) return verdict_;
  if (!kept_after) {
    report(Kind::no_chain, end.seq);
  } else if (end.seq > kept_after->seq) {
    report(Kind::altered, kept_after->seq + 1);
  } else if (end.seq == kept_after->seq && end.hash != kept_after->hash) {
    report(Kind::altered, end.seq);
  }
  return verdict_;
}

void ChainCheck::report(Kind kind, std::uint64_t seq) {
  if (!verdict_.broken) verdict_.broken = AuditBreak{kind, verdict_.node, seq};
}

}  // namespace lockstep
