// SPDX-License-Identifier: Apache-2.0
#include "service/audit_trail.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "service/paging.h"

namespace lockstep {

namespace {

/// How many records lie between two calls of `progress`.
constexpr std::uint64_t kProgressEvery = 100'000;

/// How often a chain is read again because it was pruned meanwhile.
constexpr int kTriesMax = 3;

using Heads = std::vector<std::pair<NodeId, ChainHead>>;

std::optional<ChainHead> find(const Heads& heads, NodeId node) {
  const auto found = std::ranges::find(heads, node, &Heads::value_type::first);
  if (found == heads.end() || found->second.seq == 0) return std::nullopt;
  return found->second;
}

/// Everything that says which chains there are and how they have to be, read before the walk.
struct Claims {
  Heads kept;
  std::vector<SignedHead> heads;
  std::vector<SignedHead> checkpoints;
  OwnChain own;
  std::set<NodeId> nodes;
};

Result<Claims> read_claims(Store& store, const VerifyOptions& options) {
  Claims claims;
  claims.own = store.own_chain();
  LOCKSTEP_TRY(claims.kept, store.audit_heads());
  LOCKSTEP_TRY(claims.heads, store.signed_heads());
  LOCKSTEP_TRY(claims.checkpoints, store.audit_checkpoints());
  LOCKSTEP_TRY(const std::vector<NodeId> nodes, store.audit_nodes());
  claims.heads.insert(claims.heads.end(), options.noted.begin(), options.noted.end());
  claims.nodes.insert(nodes.begin(), nodes.end());
  for (const auto& [node, head] : claims.kept) {
    if (head.seq != 0) claims.nodes.insert(node);
  }
  for (const SignedHead& head : claims.heads) claims.nodes.insert(head.node);
  for (const SignedHead& head : claims.checkpoints) claims.nodes.insert(head.node);
  return claims;
}

ChainClaims claims_of(const Claims& all, NodeId node, const std::optional<PublicKey>& key) {
  ChainClaims claims;
  claims.key = key;
  claims.kept = find(all.kept, node);
  // Our own writer remembers its end, whatever somebody did to the row.
  if (node == all.own.node && all.own.head.seq != 0) {
    if (!claims.kept || claims.kept->seq <= all.own.head.seq) claims.kept = all.own.head;
  }
  for (const SignedHead& head : all.heads) {
    if (head.node == node) claims.heads.push_back(head);
  }
  const auto checkpoint = std::ranges::find(all.checkpoints, node, &SignedHead::node);
  if (checkpoint != all.checkpoints.end()) claims.checkpoint = *checkpoint;
  return claims;
}

/// The walk through all chains of a store.
class Walk {
 public:
  Walk(Store& store, const VerifyOptions& options, Claims claims)
      : store_(store), options_(options), claims_(std::move(claims)) {
    verdict_.signatures_checked = options.key.has_value();
  }

  Result<AuditVerdict> run() {
    for (const NodeId node : claims_.nodes) LOCKSTEP_CHECK(walk(node));
    for (const NodeId node : named_) {
      if (claims_.nodes.contains(node)) continue;
      verdict_.chains.push_back(
          ChainVerdict{.node = node, .broken = AuditBreak{AuditBreak::Kind::no_chain, node, 1}});
    }
    std::ranges::sort(verdict_.chains, {}, &ChainVerdict::node);
    return std::move(verdict_);
  }

 private:
  Result<void> walk(NodeId node) {
    for (int tries = 1;; ++tries) {
      ChainCheck check(node, claims_of(claims_, node, options_.key));
      LOCKSTEP_CHECK(visit_all(node, check));
      LOCKSTEP_TRY(const Heads after, store_.audit_heads());
      ChainVerdict verdict = check.finish(find(after, node));
      // What was pruned while we read is no break: the checkpoint has moved, so read again.
      LOCKSTEP_TRY(std::vector<SignedHead> checkpoints, store_.audit_checkpoints());
      std::swap(claims_.checkpoints, checkpoints);
      if (verdict.broken && checkpoints != claims_.checkpoints && tries < kTriesMax) continue;
      verdict_.records += verdict.records;
      verdict_.chains.push_back(std::move(verdict));
      return {};
    }
  }

  Result<void> visit_all(NodeId node, ChainCheck& check) {
    std::uint64_t last = 0;
    while (true) {
      const auto records = store_.audit_chain(node, last, Page::kLimitMax);
      if (!records && records.error().code == Errc::corrupt) {
        check.unreadable();
        return {};
      }
      LOCKSTEP_CHECK(records);
      if (records->empty()) return {};
      for (const AuditRecord& record : *records) {
        check.visit(record);
        note_chains(record);
      }
      last = records->back().seq;
      read_ += records->size();
      if (options_.progress && read_ % kProgressEvery < records->size()) options_.progress(read_);
    }
  }

  /// A start names the chains that were there.
  void note_chains(const AuditRecord& record) {
    if (record.event.kind != EventKind::service_started) return;
    for (const auto& [name, value] : record.event.details) {
      std::uint64_t node = 0;
      const char* const end = value.data() + value.size();
      const auto [rest, error] = std::from_chars(value.data(), end, node);
      if (name == "chain" && error == std::errc() && rest == end) named_.insert(NodeId(node));
    }
  }

  Store& store_;
  const VerifyOptions& options_;
  Claims claims_;
  std::set<NodeId> named_;
  std::uint64_t read_ = 0;
  AuditVerdict verdict_;
};

}  // namespace

std::optional<AuditBreak> AuditVerdict::broken() const {
  for (const ChainVerdict& chain : chains) {
    if (chain.broken) return chain.broken;
  }
  return std::nullopt;
}

Result<std::vector<AuditRecord>> query_audit(Store& store, const AuditQuery& query) {
  LOCKSTEP_CHECK(check_limit(query.limit));
  return store.audit(query);
}

Result<AuditVerdict> verify_audit(Store& store, const VerifyOptions& options) {
  Result<Claims> claims = read_claims(store, options);
  if (!claims && claims.error().code == Errc::corrupt) {
    // A head, or what says that there is one, cannot be read: that is a finding and no failure.
    const NodeId own = store.own_chain().node;
    AuditVerdict verdict;
    verdict.chains.push_back(
        ChainVerdict{.node = own, .broken = AuditBreak{AuditBreak::Kind::forged, own, 0}});
    return verdict;
  }
  LOCKSTEP_CHECK(claims);
  LOCKSTEP_TRY(AuditVerdict verdict, Walk(store, options, *std::move(claims)).run());
  // The audit key's making is recorded: where there is a key, there was a chain.
  LOCKSTEP_TRY(const auto key, store.service_key("audit"));
  if (verdict.chains.empty() && key) {
    const NodeId own = store.own_chain().node;
    verdict.chains.push_back(
        ChainVerdict{.node = own, .broken = AuditBreak{AuditBreak::Kind::no_chain, own, 1}});
  }
  return verdict;
}

std::string_view name_of(AuditBreak::Kind kind) {
  switch (kind) {
    case AuditBreak::Kind::altered:
      return "altered";
    case AuditBreak::Kind::gap:
      return "gap";
    case AuditBreak::Kind::cut:
      return "cut";
    case AuditBreak::Kind::no_chain:
      return "no_chain";
    case AuditBreak::Kind::rewritten:
      return "rewritten";
    case AuditBreak::Kind::forged:
      return "forged";
  }
  LOCKSTEP_ASSERT(false);
}

}  // namespace lockstep
