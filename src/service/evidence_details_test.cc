// SPDX-License-Identifier: Apache-2.0
#include "service/evidence_details.h"

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
  evidence.suspended = {tokens.front().id};
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

}  // namespace
}  // namespace lockstep
