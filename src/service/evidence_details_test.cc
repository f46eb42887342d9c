// SPDX-License-Identifier: Apache-2.0
#include "service/evidence_details.h"

#include <map>
#include <set>

#include "service/service_test_world.h"

namespace lockstep {
namespace {

using EvidenceDetails = World;
using Details = std::vector<std::pair<std::string, std::string>>;

TEST_F(EvidenceDetails, NothingFoundGivesNoDetails) {
  EXPECT_TRUE(evidence_details({}, {}).empty());
}

TEST_F(EvidenceDetails, EverythingFoundIsTextInAFixedOrder) {
  add_user("anna");
  add_card("anna", "C1");
  const std::vector<Token> tokens = {token("C1")};
  Evidence evidence;
  evidence.position = Position(1'850);
  evidence.old_next = Position(1'842);
  evidence.off = -8;
  evidence.gap = 3;
  evidence.offset_before = Micros(-1'500'000);
  evidence.offset_after = Micros(30'000'000);
  evidence.when = FakeClock::kStart;
  evidence.fits = CodeSpec{.kind = TokenKind::totp, .hash = HashAlgorithm::sha256};
  evidence.seed_reading = "base32 read as hex";
  evidence.searched = 2'881;
  evidence.places = {Position(1), Position(2)};
  evidence.implausible = true;
  evidence.ahead_warning = true;
  evidence.locked = {tokens.front().id};
  const Details expected = {
      {"position", "1850"},
      {"old_next", "1842"},
      {"off", "-8"},
      {"gap", "3"},
      {"offset_before_seconds", "-1.500"},
      {"offset_after_seconds", "30.000"},
      {"when", "2026-01-05T08:00:00Z"},
      {"fits", "totp sha256 6 step 30 t0 0"},
      {"seed_reading", "base32 read as hex"},
      {"searched", "2881"},
      {"place", "1"},
      {"place", "2"},
      {"implausible", "true"},
      {"ahead_warning", "true"},
      {"suspended", "C1"},
  };
  EXPECT_EQ(evidence_details(evidence, tokens), expected);
}

TEST_F(EvidenceDetails, TheSerialIsFoundAmongTheTokensGiven) {
  add_user("anna");
  add_card("anna", "C1");
  const std::vector<Token> tokens = {token("C1")};
  EXPECT_EQ(serial_of(tokens.front().id, tokens), serial("C1"));
  EXPECT_EQ(serial_of(TokenId(5), tokens), std::nullopt);
  EXPECT_EQ(serial_of(std::nullopt, tokens), std::nullopt);
}

/// What the audit alone says about a token: the replay after an older store was put back.
struct Replayed {
  std::uint64_t next = 0;
  std::set<std::uint64_t> spent;
};

std::map<std::string, Replayed> replayed(Store& store) {
  std::map<std::string, Replayed> tokens;
  EXPECT_TRUE(store.audit_scan([&](const AuditRecord& record) -> Result<void> {
    for (const auto& [name, value] : record.event.details) {
      if (name != "next" && name != "spent") continue;
      const std::size_t at = value.find('@');
      Replayed& token = tokens[value.substr(0, at)];
      const std::uint64_t position = std::stoull(value.substr(at + 1));
      if (name == "next") token.next = std::max(token.next, position);
      if (name == "spent") token.spent.insert(position);
    }
    return {};
  }));
  return tokens;
}

TEST_F(EvidenceDetails, TheAuditAloneTellsWhatEveryAttemptUsedUp) {
  add_user("anna");
  SimulatedToken card = add_card("anna", "C1");
  SimulatedToken fob = add_fob("anna", "F1");
  const auto expect_replay = [&](const char* when) {
    const auto tokens = replayed(store);
    for (const char* name : {"C1", "F1"}) {
      const Progress progress = token(name).progress;
      const auto found = tokens.find(name);
      const Replayed told = found == tokens.end() ? Replayed{} : found->second;
      // Where nothing moved yet, the token is as it was made.
      if (told.next != 0) {
        EXPECT_EQ(told.next, progress.next.value()) << name << " " << when;
      }
      for (const Remembered& one : progress.remembered) {
        EXPECT_TRUE(told.spent.contains(one.position.value())) << name << " " << when;
      }
    }
  };
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  EXPECT_EQ(replayed(store)["C1"].next, token("C1").progress.next.value());
  EXPECT_EQ(log_in("anna", fob.shows(clock.now().wall)), Verdict::accept);
  EXPECT_EQ(replayed(store)["F1"].next, token("F1").progress.next.value());

  card.press_unseen(50);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject) << "the next code is asked for";
  EXPECT_EQ(replayed(store)["C1"].spent.size(), 1U) << "seen, and not good alone any more";
  expect_replay("after a first code");
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept) << "by the pair";
  expect_replay("after a pair");

  card.press_unseen(600);
  ResyncInput by_codes{.serial = serial("C1"), .codes = {card.press(), card.press()}};
  EXPECT_TRUE(resynchronise(*services, owner(), by_codes));
  expect_replay("after a resynchronisation");
  card.press_unseen(900);
  ResyncInput by_counter{.serial = serial("C1"), .counter = card.counter().value()};
  by_counter.codes = {card.press()};
  EXPECT_TRUE(resynchronise(*services, owner(), by_counter));
  expect_replay("after an operator typed the counter");
  EXPECT_TRUE(test_token(*services, owner(), serial("C1"), card.press()));
  expect_replay("after a dry run");
  EXPECT_EQ(replayed(store)["C1"].next, card.counter().value() - 1);
}

}  // namespace
}  // namespace lockstep
