// SPDX-License-Identifier: Apache-2.0
#include "core/audit/chain_check.h"

#include <functional>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

using Kind = AuditBreak::Kind;

constexpr std::uint64_t kRecords = 6;
const NodeId kNode(9);

SigningKey key_of(std::uint8_t byte) {
  return SigningKey::from(Secret(Bytes(SigningKey::kBytes, byte))).value();
}

AuditEvent event_at(std::int64_t second) {
  return {.kind = EventKind::login_accepted,
          .at = WallTime(Seconds(1'800'000'000 + second)),
          .actor = Actor("key:vpn"),
          .user = UserName::parse("elif").value(),
          .serial = Serial::parse("1005897824").value(),
          .source = "vpn",
          .details = {{"position", "12"}}};
}

ChainHead head_of(const AuditRecord& record) { return {record.seq, record.hash}; }

/// A chain, its head, its signed head, and somebody who may change all of them before the check.
class ChainChecks : public testing::Test {
 protected:
  ChainChecks() {
    ChainHead end;
    for (std::uint64_t i = 0; i < kRecords; ++i) {
      records.push_back(link(kNode, end, event_at(static_cast<std::int64_t>(i))));
      end = head_of(records.back());
    }
    claims.kept = end;
    claims.key = key_of(1).public_key();
    claims.heads = {signed_at(HeadClaim::reached, 5, 1)};
  }

  [[nodiscard]] SignedHead signed_at(HeadClaim claim, std::uint64_t seq, std::uint8_t key) const {
    return sign_head(claim, kNode, head_of(records[seq - 1]), WallTime(Seconds(1)), key_of(key))
        .value();
  }

  [[nodiscard]] ChainVerdict check() const { return check(claims.kept); }
  [[nodiscard]] ChainVerdict check(const std::optional<ChainHead>& after) const {
    ChainCheck chain(kNode, claims);
    for (const AuditRecord& record : records) chain.visit(record);
    return chain.finish(after);
  }
  [[nodiscard]] std::optional<std::pair<Kind, std::uint64_t>> found() const {
    const ChainVerdict verdict = check();
    if (!verdict.broken) return std::nullopt;
    EXPECT_EQ(verdict.broken->node, kNode);
    return std::pair(verdict.broken->kind, verdict.broken->seq);
  }
  /// Makes the chain anew from record `seq` on, as somebody with the database in hand could.
  void forge_from(std::uint64_t seq) {
    for (std::uint64_t i = seq - 1; i < records.size(); ++i) {
      AuditEvent event = records[i].event;
      event.source = "elsewhere";
      records[i] = link(kNode, i == 0 ? ChainHead{} : head_of(records[i - 1]), event);
    }
    claims.kept = head_of(records.back());
  }

  std::vector<AuditRecord> records;
  ChainClaims claims;
};

TEST_F(ChainChecks, WhatWasWrittenIsIntact) {
  const ChainVerdict verdict = check();
  EXPECT_FALSE(verdict.broken);
  EXPECT_EQ(verdict.records, kRecords);
  EXPECT_EQ(verdict.end.seq, kRecords);
  EXPECT_EQ(verdict.signed_seq, 5U);
}

TEST_F(ChainChecks, RecordsThatWereWrittenMeanwhileAreNoBreak) {
  claims.kept = head_of(records[3]);
  EXPECT_FALSE(check(head_of(records.back())).broken);
}

TEST_F(ChainChecks, EveryDeletionDuplicationAndSwapIsFoundAtItsPlace) {
  const auto whole = records;
  for (std::size_t i = 0; i < kRecords; ++i) {
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(found(), std::pair(i + 1 == kRecords ? Kind::cut : Kind::gap, i + 1)) << "deleted";
    records = whole;
    records.insert(records.begin() + static_cast<std::ptrdiff_t>(i), whole[i]);
    EXPECT_EQ(found(), std::pair(Kind::gap, i + 2)) << "doubled";
    records = whole;
    for (std::size_t j = i + 1; j < kRecords; ++j) {
      std::swap(records[i], records[j]);
      EXPECT_EQ(found(), std::pair(Kind::gap, i + 1)) << "swapped";
      std::swap(records[i].seq, records[j].seq);
      EXPECT_EQ(found(), std::pair(Kind::altered, i + 1)) << "swapped but for the numbers";
      records = whole;
    }
  }
}

TEST_F(ChainChecks, EveryTruncationIsFoundUpToTheSignedHeadEvenWithAForgedEnd) {
  while (records.size() > 1) {
    records.pop_back();
    EXPECT_EQ(found(), std::pair(Kind::cut, records.size() + 1));
    claims.kept = head_of(records.back());
    const bool beyond = records.size() >= 5;
    EXPECT_EQ(found().has_value(), !beyond) << records.size() << " left, end forged";
  }
  records.clear();
  EXPECT_EQ(found(), std::pair(Kind::no_chain, std::uint64_t{1}));
  claims.kept.reset();
  EXPECT_EQ(found(), std::pair(Kind::no_chain, std::uint64_t{1})) << "the head taken along";
}

TEST_F(ChainChecks, AChainMadeAnewIsNotTheOneThatWasSigned) {
  for (std::uint64_t seq = 1; seq <= 5; ++seq) {
    forge_from(seq);
    EXPECT_EQ(found(), std::pair(Kind::rewritten, std::uint64_t{5})) << "from " << seq;
  }
}

TEST_F(ChainChecks, ASignatureByAnotherKeyIsFound) {
  forge_from(2);
  claims.heads = {signed_at(HeadClaim::reached, 5, 2)};
  EXPECT_EQ(found(), std::pair(Kind::forged, std::uint64_t{5}));
  claims.key.reset();
  EXPECT_FALSE(found()) << "without the key nobody can tell: the verdict says so elsewhere";
}

TEST_F(ChainChecks, AfterPruningTheChainBeginsAtTheCheckpoint) {
  claims.checkpoint = signed_at(HeadClaim::removed, 3, 1);
  const auto whole = records;
  for (std::uint64_t left = 0; left <= 3; ++left) {
    records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(3 - left));
    const ChainVerdict verdict = check();
    EXPECT_FALSE(verdict.broken) << left << " not removed yet";
    EXPECT_EQ(verdict.leftover, left);
    EXPECT_EQ(verdict.records, 3U);
    EXPECT_EQ(verdict.checkpoint, 3U);
    records = whole;
  }
  records.erase(records.begin(), records.begin() + 4);
  EXPECT_EQ(found(), std::pair(Kind::gap, std::uint64_t{4})) << "one more than the checkpoint says";
}

TEST_F(ChainChecks, AChainPrunedToItsEndIsIntact) {
  claims.heads = {signed_at(HeadClaim::reached, 6, 1)};
  claims.checkpoint = signed_at(HeadClaim::removed, 6, 1);
  records.clear();
  EXPECT_FALSE(found());
}

TEST_F(ChainChecks, ACheckpointThatIsNotOursExcusesNothing) {
  claims.checkpoint = signed_at(HeadClaim::removed, 3, 2);
  EXPECT_EQ(found(), std::pair(Kind::forged, std::uint64_t{3})) << "another key";
  claims.checkpoint = signed_at(HeadClaim::reached, 3, 1);
  EXPECT_EQ(found(), std::pair(Kind::forged, std::uint64_t{3})) << "a head in its place";
  claims.checkpoint.reset();
  records.erase(records.begin(), records.begin() + 3);
  EXPECT_EQ(found(), std::pair(Kind::gap, std::uint64_t{1})) << "no checkpoint at all";
}

TEST_F(ChainChecks, AHeadThatWasNotedElsewhereContradictsACheckpoint) {
  claims.heads = {signed_at(HeadClaim::reached, 3, 1)};
  forge_from(1);
  claims.checkpoint = signed_at(HeadClaim::removed, 3, 1);
  EXPECT_EQ(found(), std::pair(Kind::rewritten, std::uint64_t{3}));
}

TEST_F(ChainChecks, RecordsWithoutOrBeyondAHeadAreFound) {
  claims.heads.clear();
  claims.kept.reset();
  EXPECT_EQ(found(), std::pair(Kind::no_chain, kRecords));
  claims.kept = head_of(records[3]);
  EXPECT_EQ(found(), std::pair(Kind::altered, std::uint64_t{5}));
}

TEST_F(ChainChecks, ARecordThatCannotBeReadIsABreakAtItsPlace) {
  ChainCheck chain(kNode, claims);
  chain.visit(records[0]);
  chain.unreadable();
  const ChainVerdict verdict = chain.finish(claims.kept);
  ASSERT_TRUE(verdict.broken);
  EXPECT_EQ(verdict.broken->kind, Kind::altered);
  EXPECT_EQ(verdict.broken->seq, 2U);
}

}  // namespace
}  // namespace lockstep
