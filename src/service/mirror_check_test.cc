// SPDX-License-Identifier: Apache-2.0
#include "service/mirror_check.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const NodeId kNode(9);

SigningKey key_of(std::uint8_t byte) {
  return SigningKey::from(Secret(Bytes(SigningKey::kBytes, byte))).value();
}

/// A small mirror: four records with a signed head behind the second and the fourth.
class MirrorChecks : public testing::Test {
 protected:
  MirrorChecks() {
    ChainHead end;
    std::uint64_t last_signed = 0;
    for (int i = 0; i < 4; ++i) {
      AuditEvent event{.kind = EventKind::login_accepted,
                       .at = WallTime(Seconds(1'800'000'000 + i)),
                       .actor = Actor("key:vpn")};
      event.source = "ü";
      const AuditRecord record = link(kNode, end, event);
      end = {record.seq, record.hash};
      lines.push_back(to_line(record));
      if (i % 2 == 0) continue;
      newest = sign_head(HeadClaim::reached, kNode, end, event.at, key_of(1)).value();
      lines.push_back(to_line(HeadLine{newest, last_signed}));
      last_signed = newest.head.seq;
    }
  }

  [[nodiscard]] std::string whole() const {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
  }
  [[nodiscard]] static MirrorVerdict check(const std::string& text,
                                           std::vector<SignedHead> noted = {},
                                           std::uint8_t key = 1) {
    MirrorCheck check(key_of(key).public_key(), std::move(noted));
    check.begin_file();
    std::size_t from = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
      check.visit(std::string_view(text).substr(from, end - from));
      from = end + 1;
    }
    if (from < text.size()) check.visit_unfinished();
    return check.finish();
  }
  [[nodiscard]] static bool is_found(const MirrorVerdict& verdict) {
    return verdict.broken || verdict.unfinished;
  }

  std::vector<std::string> lines;
  SignedHead newest;
};

TEST_F(MirrorChecks, WhatWasWrittenIsWhole) {
  const MirrorVerdict verdict = check(whole(), {newest});
  EXPECT_FALSE(is_found(verdict));
  EXPECT_EQ(verdict.lines, 6U);
  EXPECT_EQ(verdict.records, 4U);
  EXPECT_EQ(verdict.chains.at(0).newest, newest);
}

TEST_F(MirrorChecks, EveryFlippedBitIsFound) {
  const std::string text = whole();
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string edited = text;
    edited[bit / 8] = static_cast<char>(edited[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_TRUE(is_found(check(edited))) << "bit " << bit % 8 << " of byte " << bit / 8;
  }
}

TEST_F(MirrorChecks, EveryDeletionDuplicationAndSwapOfLinesIsFound) {
  const auto good = lines;
  for (std::size_t i = 0; i < good.size(); ++i) {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(is_found(check(whole(), {newest})) || i + 1 == good.size()) << "deleted " << i;
    lines = good;
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(i), good[i]);
    EXPECT_TRUE(is_found(check(whole()))) << "doubled " << i;
    lines = good;
    for (std::size_t j = i + 1; j < good.size(); ++j) {
      std::swap(lines[i], lines[j]);
      EXPECT_TRUE(is_found(check(whole()))) << "swapped " << i << " and " << j;
      lines = good;
    }
  }
}

TEST_F(MirrorChecks, EveryTruncationIsFoundUpToTheSignedHeadThatWasKept) {
  const std::string text = whole();
  const std::size_t last_head = text.rfind("{\"head\"");
  for (std::size_t length = 0; length < last_head; ++length) {
    ASSERT_TRUE(is_found(check(text.substr(0, length), {newest}))) << length;
  }
}

TEST_F(MirrorChecks, SignaturesByAnotherKeyAreFound) {
  const MirrorVerdict verdict = check(whole(), {}, 2);
  ASSERT_TRUE(verdict.broken);
  EXPECT_EQ(verdict.broken->what.kind, AuditBreak::Kind::forged);
  EXPECT_EQ(verdict.broken->line, 3U);
}

TEST_F(MirrorChecks, AKeptHeadThatSaysOtherwiseIsFound) {
  SignedHead other = newest;
  other.head.hash[0] ^= 1U;
  other = sign_head(HeadClaim::reached, kNode, other.head, other.at, key_of(1)).value();
  EXPECT_EQ(check(whole(), {other}).broken->what.kind, AuditBreak::Kind::rewritten);
  other = sign_head(HeadClaim::reached, NodeId(77), other.head, other.at, key_of(1)).value();
  EXPECT_EQ(check(whole(), {other}).broken->what.kind, AuditBreak::Kind::no_chain);
}

TEST_F(MirrorChecks, AnotherChainInBetweenIsAChainOfItsOwn) {
  const AuditRecord other =
      link(NodeId(8), {}, AuditEvent{.kind = EventKind::service_started, .at = {}});
  lines.insert(lines.begin() + 1, to_line(other));
  const MirrorVerdict verdict = check(whole());
  EXPECT_FALSE(is_found(verdict));
  EXPECT_EQ(verdict.chains.size(), 2U);
}

/// The same mirror, rotated behind its third line.
class RotatedMirror : public MirrorChecks {
 protected:
  RotatedMirror() {
    first.assign(lines.begin(), lines.begin() + 3);
    second.assign(lines.begin() + 3, lines.end());
    second.back() = to_line(HeadLine{newest, 0});
    const auto before = std::get<HeadLine>(parse_audit_line(first.back()).value()).head.head;
    second.insert(second.begin(), to_line(FromLine{kNode, before}));
  }

  [[nodiscard]] MirrorVerdict both() const {
    MirrorCheck check(key_of(1).public_key(), {newest});
    for (const auto& file : {first, second}) {
      check.begin_file();
      for (const std::string& line : file) check.visit(line);
    }
    return check.finish();
  }

  std::vector<std::string> first;
  std::vector<std::string> second;
};

TEST_F(RotatedMirror, BothFilesAreOneChain) {
  const MirrorVerdict verdict = both();
  EXPECT_FALSE(is_found(verdict));
  EXPECT_EQ(verdict.records, 4U);
  EXPECT_EQ(verdict.chains.at(0).behind, 0U);
}

TEST_F(RotatedMirror, TheNewFileAloneSaysThatItIsNotTheBeginning) {
  first.clear();
  const MirrorVerdict verdict = both();
  EXPECT_FALSE(is_found(verdict));
  EXPECT_EQ(verdict.chains.at(0).behind, 2U);
}

TEST_F(RotatedMirror, ALaterFileMayHoldTheWholeChainAgainButNotLessOfIt) {
  second.assign(lines.begin(), lines.end());
  EXPECT_FALSE(is_found(both()));
  second.swap(first);
  second.resize(1);
  EXPECT_TRUE(is_found(both())) << "an older file behind a newer one";
}

TEST_F(RotatedMirror, AMissingDoubledOrStrayBeginningIsFound) {
  const auto good = second;
  second.erase(second.begin());
  EXPECT_TRUE(is_found(both())) << "gone";
  second = good;
  second.insert(second.begin(), good.front());
  EXPECT_TRUE(is_found(both())) << "twice";
  second = good;
  std::swap(second[0], second[1]);
  EXPECT_TRUE(is_found(both())) << "late";
  second = good;
  first.pop_back();
  first.pop_back();
  EXPECT_TRUE(is_found(both())) << "the file before was cut";
}

}  // namespace
}  // namespace lockstep
