// SPDX-License-Identifier: Apache-2.0
#include "service/audit_trail.h"

#include <algorithm>

#include "service/paging.h"

namespace lockstep {

namespace {

using Heads = std::vector<std::pair<NodeId, ChainHead>>;

const ChainHead* find(const Heads& heads, NodeId node) {
  const auto found = std::ranges::find(heads, node, &Heads::value_type::first);
  return found == heads.end() ? nullptr : &found->second;
}

/// Walks the records, which come in order of (node, seq), and remembers where each chain ended.
/// Others may write meanwhile: the chains must reach the heads from before the walk, and must not
/// reach beyond those from after it.
class Walk {
 public:
  explicit Walk(Heads before) : before_(std::move(before)) {}

  void visit(const AuditRecord& record) {
    ++verdict_.records;
    if (ends_.empty() || ends_.back().first != record.node) {
      ends_.emplace_back(record.node, ChainHead{});
      ++verdict_.chains;
    }
    ChainHead& end = ends_.back().second;
    const ChainHead* head = find(before_, record.node);
    const bool is_head = head != nullptr && head->seq == record.seq;
    if (record.seq != end.seq + 1) {
      report(AuditBreak::Kind::gap, record.node, end.seq + 1);
    } else if (!follows(end, record) || (is_head && head->hash != record.hash)) {
      report(AuditBreak::Kind::altered, record.node, record.seq);
    }
    end = ChainHead{record.seq, record.hash};
  }

  /// The record behind the last one visited cannot even be read.
  AuditVerdict unreadable() {
    if (ends_.empty()) {
      report(AuditBreak::Kind::altered, before_.empty() ? NodeId(0) : before_.front().first, 1);
    } else {
      report(AuditBreak::Kind::altered, ends_.back().first, ends_.back().second.seq + 1);
    }
    return verdict_;
  }

  AuditVerdict finish(const Heads& after) {
    for (const auto& [node, head] : before_) {
      if (head.seq == 0) continue;
      const ChainHead* end = find(ends_, node);
      if (end == nullptr) {
        report(AuditBreak::Kind::no_chain, node, 1);
      } else if (end->seq < head.seq) {
        report(AuditBreak::Kind::cut, node, end->seq + 1);
      }
    }
    for (const auto& [node, end] : ends_) {
      const ChainHead* head = find(after, node);
      if (head == nullptr) {
        report(AuditBreak::Kind::no_chain, node, end.seq);
      } else if (end.seq > head->seq) {
        report(AuditBreak::Kind::altered, node, head->seq + 1);
      }
    }
    return verdict_;
  }

 private:
  void report(AuditBreak::Kind kind, NodeId node, std::uint64_t seq) {
    if (!verdict_.broken) verdict_.broken = AuditBreak{kind, node, seq};
  }

  const Heads before_;
  Heads ends_;
  AuditVerdict verdict_;
};

}  // namespace

Result<std::vector<AuditRecord>> query_audit(Store& store, const AuditQuery& query) {
  LOCKSTEP_CHECK(check_limit(query.limit));
  return store.audit(query);
}

Result<AuditVerdict> verify_audit(Store& store) {
  LOCKSTEP_TRY(Heads before, store.audit_heads());
  Walk walk(std::move(before));
  const Result<void> walked = store.audit_scan([&](const AuditRecord& record) -> Result<void> {
    walk.visit(record);
    return {};
  });
  if (!walked && walked.error().code == Errc::corrupt) return walk.unreadable();
  LOCKSTEP_CHECK(walked);
  LOCKSTEP_TRY(const Heads after, store.audit_heads());
  return walk.finish(after);
}

}  // namespace lockstep
