// SPDX-License-Identifier: Apache-2.0
#include "service/mirror_check.h"

#include <algorithm>
#include <utility>

namespace lockstep {

using Kind = AuditBreak::Kind;

MirrorCheck::Chain& MirrorCheck::chain(NodeId node) {
  Chain& found = chains_[node];
  found.seen.node = node;
  return found;
}

void MirrorCheck::begin_file() {
  for (auto& [node, chain] : chains_) chain.in_this_file = false;
}

void MirrorCheck::visit(std::string_view line) {
  ++verdict_.lines;
  const Result<AuditLine> read = parse_audit_line(line);
  if (!read) {
    report(Kind::altered, NodeId(0), 0);
    return;
  }
  std::visit([this](const auto& what) { take(what); }, *read);
}

void MirrorCheck::visit_unfinished() {
  ++verdict_.lines;
  verdict_.unfinished = true;
}

void MirrorCheck::take(const AuditRecord& record) {
  Chain& chain = this->chain(record.node);
  ChainHead& end = chain.seen.end;
  if (!std::exchange(chain.in_this_file, true) && end.seq > 0) {
    // A later file says where it goes on, or holds the whole chain once more.
    if (record.seq != 1) report(Kind::gap, record.node, end.seq + 1);
    if (record.seq == 1) {
      const std::uint64_t furthest = std::max(chain.furthest, end.seq);
      chain = Chain{.seen = {.node = record.node}, .furthest = furthest, .in_this_file = true};
    }
  }
  if (record.seq != end.seq + 1) {
    report(Kind::gap, record.node, end.seq + 1);
  } else if (!follows(end, record)) {
    report(Kind::altered, record.node, record.seq);
  }
  compare(record);
  end = ChainHead{record.seq, record.hash};
  ++chain.seen.records;
  ++verdict_.records;
}

void MirrorCheck::compare(const AuditRecord& record) {
  for (const SignedHead& head : noted_) {
    if (head.node != record.node || head.head.seq != record.seq) continue;
    if (head.head.hash != record.hash) report(Kind::rewritten, record.node, record.seq);
  }
}

void MirrorCheck::take(const HeadLine& line) {
  const SignedHead& head = line.head;
  Chain& chain = this->chain(head.node);
  chain.in_this_file = true;
  const ChainHead& end = chain.seen.end;
  if (head.head.seq != end.seq || line.after != chain.last_signed ||
      head.head.seq <= chain.last_signed) {
    report(Kind::gap, head.node, end.seq + 1);
  } else if (head.head.hash != end.hash) {
    report(Kind::rewritten, head.node, head.head.seq);
  } else if (key_ && !is_signed_by(*key_, HeadClaim::reached, head)) {
    report(Kind::forged, head.node, head.head.seq);
  }
  chain.last_signed = head.head.seq;
  chain.seen.newest = head;
}

void MirrorCheck::take(const FromLine& from) {
  Chain& chain = this->chain(from.node);
  ChainHead& end = chain.seen.end;
  const bool first = end.seq == 0;
  if (std::exchange(chain.in_this_file, true) || from.head.seq == 0 ||
      (!first && from.head.seq != end.seq)) {
    report(Kind::gap, from.node, end.seq + 1);
  } else if (!first && from.head.hash != end.hash) {
    report(Kind::rewritten, from.node, end.seq);
  }
  if (first) chain.seen.behind = from.head.seq;
  end = from.head;
  chain.last_signed = 0;
}

MirrorVerdict MirrorCheck::finish() {
  ++verdict_.lines;
  for (const SignedHead& head : noted_) {
    if (key_ && !is_signed_by(*key_, HeadClaim::reached, head)) {
      report(Kind::forged, head.node, head.head.seq);
    }
    const auto found = chains_.find(head.node);
    const std::uint64_t end = found == chains_.end() ? 0 : found->second.seen.end.seq;
    if (end < head.head.seq) {
      report(end == 0 ? Kind::no_chain : Kind::cut, head.node, end + 1);
    }
  }
  for (const auto& [node, chain] : chains_) {
    const std::uint64_t end = chain.seen.end.seq;
    if (end < chain.furthest) report(Kind::cut, node, end + 1);
    verdict_.chains.push_back(chain.seen);
  }
  --verdict_.lines;
  return std::move(verdict_);
}

void MirrorCheck::report(Kind kind, NodeId node, std::uint64_t seq) {
  if (!verdict_.broken) verdict_.broken = MirrorBreak{{kind, node, seq}, verdict_.lines};
}

}  // namespace lockstep
