// SPDX-License-Identifier: Apache-2.0
#include "service/audit_mirror.h"

#include <algorithm>
#include <string>

#include "formats/audit_line.h"

namespace lockstep {
namespace {

/// What the file says about one chain, read from its end.
struct Tail {
  NodeId node;
  std::optional<ChainHead> record;
  std::optional<std::uint64_t> signed_seq;
  bool damaged = false;

  /// Takes the next line towards the beginning. False: everything is known.
  bool take(std::string_view text) {
    const Result<AuditLine> line = parse_audit_line(text);
    damaged = !line;
    if (damaged) return false;
    if (const auto* made = std::get_if<AuditRecord>(&*line); made != nullptr) {
      if (made->node == node && !record) record = ChainHead{made->seq, made->hash};
    } else if (const auto* head = std::get_if<HeadLine>(&*line); head != nullptr) {
      if (head->head.node == node && !signed_seq) signed_seq = head->head.head.seq;
    } else if (const auto* from = std::get_if<FromLine>(&*line); from != nullptr) {
      if (from->node == node && !record) record = from->head;
      if (from->node == node && !signed_seq) signed_seq = 0;
    }
    return !record || !signed_seq;
  }
};

std::string line(const AuditLine& what) { return to_line(what) + '\n'; }

Result<std::optional<SignedHead>> newest_head(Store& store, NodeId node) {
  LOCKSTEP_TRY(const std::vector<SignedHead> heads, store.signed_heads());
  const auto found = std::ranges::find(heads, node, &SignedHead::node);
  return found == heads.end() ? std::optional<SignedHead>() : std::optional(*found);
}

std::unexpected<Error> no_part_of_it() {
  return fail(
      Errc::corrupt,
      "the audit's mirror ends with a record that the store does not have: an older copy of "
      "the store was put back, or the audit was changed. Keep that file, run `lockstep "
      "audit verify`, then move it away: a new one will hold the whole chain");
}

}  // namespace

Result<std::uint64_t> AuditMirror::step() {
  if (file_.was_moved()) {
    checked_ = checked_ && at_.has_value();
    if (!checked_) at_.reset();
    LOCKSTEP_CHECK(file_.open());
    if (at_) {
      if (const Result<void> begun = begin_new_file(); !begun) {
        at_.reset();
        checked_ = false;
        return std::unexpected(begun.error());
      }
    }
  }
  if (!at_) LOCKSTEP_CHECK(take_position());
  const OwnChain chain = store_.own_chain();
  if (!checked_) LOCKSTEP_CHECK(check_position(chain));
  Result<std::uint64_t> left = copy(chain);
  if (!left && left.error().code == Errc::unavailable) {
    // Some of it may be in the file: find out again, after its end was repaired.
    at_.reset();
    checked_ = false;
  }
  return left;
}

Result<void> AuditMirror::begin_new_file() {
  Tail tail{.node = store_.own_chain().node};
  LOCKSTEP_CHECK(file_.read_back([&](std::string_view text) { return tail.take(text); }));
  if (tail.damaged || tail.record) {
    // Not new: somebody put another file in place. Its end decides.
    at_.reset();
    checked_ = false;
    return {};
  }
  last_signed_ = 0;
  if (at_->seq == 0) return {};
  LOCKSTEP_CHECK(file_.append(line(FromLine{tail.node, *at_})));
  return file_.sync();
}

Result<void> AuditMirror::take_position() {
  LOCKSTEP_CHECK(file_.open());
  Tail tail{.node = store_.own_chain().node};
  LOCKSTEP_CHECK(file_.read_back([&](std::string_view text) { return tail.take(text); }));
  if (tail.damaged) {
    return fail(Errc::corrupt,
                "the audit's mirror is damaged near its end: keep it and move it away");
  }
  at_ = tail.record.value_or(ChainHead{});
  last_signed_ = tail.signed_seq.value_or(0);
  return {};
}

Result<void> AuditMirror::check_position(const OwnChain& chain) {
  if (at_->seq > chain.head.seq) return no_part_of_it();
  if (at_->seq > 0) {
    LOCKSTEP_TRY(const auto found, store_.audit_chain(chain.node, at_->seq - 1, 1));
    // What was pruned since cannot be compared; what follows it can.
    const bool there = !found.empty() && found.front().seq == at_->seq;
    if (there && found.front().hash != at_->hash) return no_part_of_it();
  }
  checked_ = true;
  return {};
}

Result<std::uint64_t> AuditMirror::copy(const OwnChain& chain) {
  LOCKSTEP_TRY(const std::optional<SignedHead> head, newest_head(store_, chain.node));
  const std::uint64_t start = at_->seq;
  const std::uint64_t signed_before = last_signed_;
  bool more = true;
  while (more && at_->seq - start < kStepRecordsMax) {
    LOCKSTEP_TRY(more, copy_page(chain, head));
  }
  if (at_->seq != start || last_signed_ != signed_before) LOCKSTEP_CHECK(file_.sync());
  return chain.head.seq - std::min(at_->seq, chain.head.seq);
}

Result<bool> AuditMirror::copy_page(const OwnChain& chain, const std::optional<SignedHead>& head) {
  std::string text;
  ChainHead end = *at_;
  std::uint64_t last_signed = last_signed_;
  const auto add_head = [&] {
    if (!head || head->head.seq != end.seq || head->head.seq <= last_signed) return;
    text += line(HeadLine{*head, last_signed});
    last_signed = head->head.seq;
  };
  add_head();
  LOCKSTEP_TRY(const auto records, store_.audit_chain(chain.node, end.seq, Page::kLimitMax));
  if (!records.empty() && records.front().seq != end.seq + 1) {
    // Records were pruned before they were copied: the file says where it goes on.
    LOCKSTEP_TRY(const auto checkpoints, store_.audit_checkpoints());
    const auto found = std::ranges::find(checkpoints, chain.node, &SignedHead::node);
    if (found != checkpoints.end() && found->head.seq + 1 == records.front().seq) {
      end = found->head;
      text += line(FromLine{chain.node, end});
    }
  }
  for (const AuditRecord& record : records) {
    if (!follows(end, record)) {
      return fail(Errc::corrupt, "record " + std::to_string(end.seq + 1) +
                                     " of the audit is not what was written: run `lockstep audit "
                                     "verify`");
    }
    text += line(record);
    end = ChainHead{record.seq, record.hash};
    add_head();
  }
  if (text.empty()) return false;
  LOCKSTEP_CHECK(file_.append(text));
  at_ = end;
  last_signed_ = last_signed;
  return records.size() == Page::kLimitMax;
}

}  // namespace lockstep
