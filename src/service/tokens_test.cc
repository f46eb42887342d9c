// SPDX-License-Identifier: Apache-2.0
#include "service/tokens.h"

#include <string>
#include <thread>
#include <vector>

#include "formats/seed_text.h"
#include "service/service_test_world.h"
#include "service/token_models.h"

namespace lockstep {
namespace {

using Tokens = World;

NewToken generated(std::size_t bytes = 20) {
  NewToken wanted;
  wanted.seed = GenerateSeed{bytes};
  return wanted;
}

NewToken given(std::string_view serial_text, std::string_view hex) {
  NewToken wanted;
  wanted.serial = serial(serial_text);
  wanted.seed = parse_seed(hex, SeedEncoding::hex).value();
  return wanted;
}

// RFC 4226 appendix D: the secret "12345678901234567890" and its first codes.
constexpr std::string_view kRfcSeed = "3132333435363738393031323334353637383930";

TEST_F(Tokens, AGivenSeedSignsInAsTheStandardSays) {
  add_user("anna");
  NewToken wanted = given("C1", kRfcSeed);
  wanted.owner = user_name("anna");
  const CreatedToken made = create_token(*services, owner(), std::move(wanted)).value();
  EXPECT_FALSE(made.shown.has_value());
  EXPECT_EQ(log_in("anna", "755224"), Verdict::accept);
  EXPECT_EQ(log_in("anna", "287082"), Verdict::accept);
}

TEST_F(Tokens, ATokenForSomebodyIsForWhoMayGiveTokens) {
  add_user("anna");
  NewToken wanted = given("C1", kRfcSeed);
  wanted.owner = user_name("anna");
  const Context importer = with({Permission::tokens_write});
  EXPECT_EQ(create_token(*services, importer, std::move(wanted)).error().code, Errc::not_allowed);
  EXPECT_TRUE(create_token(*services, importer, given("C1", kRfcSeed))) << "into stock";
  EXPECT_FALSE(token("C1").owner);
}

TEST_F(Tokens, TheWarrantyIsThatOfTheModelUnlessOneIsSaid) {
  TokenModel model;
  model.name = "Acme 5";
  model.warranty_months = 12;
  ASSERT_TRUE(put_token_model(*services, owner(), model, {}));
  NewToken wanted = given("C1", kRfcSeed);
  wanted.model = "Acme 5";
  ASSERT_TRUE(create_token(*services, owner(), std::move(wanted)));
  EXPECT_EQ(token("C1").warranty_until, warranty_end(model, clock.now().wall));
  wanted = given("C2", kRfcSeed);
  wanted.model = "Acme 5";
  wanted.warranty_until = clock.now().wall;
  ASSERT_TRUE(create_token(*services, owner(), std::move(wanted)));
  EXPECT_EQ(token("C2").warranty_until, clock.now().wall);
}

TEST_F(Tokens, AGeneratedSeedIsShownOnceAndWorks) {
  add_user("anna");
  for (const std::size_t bytes : {20U, 32U, 64U}) {
    NewToken wanted = generated(bytes);
    wanted.owner = user_name("anna");
    const CreatedToken made = create_token(*services, owner(), std::move(wanted)).value();
    ASSERT_TRUE(made.shown.has_value());
    const Secret seed = parse_seed(made.shown->base32, SeedEncoding::base32).value();
    EXPECT_EQ(seed.size(), bytes);
    EXPECT_NE(made.shown->otpauth_uri.find("Lockstep:anna?secret=" + made.shown->base32),
              std::string::npos);
    SimulatedToken token(made.token.spec, seed);
    EXPECT_EQ(log_in("anna", token.press()), Verdict::accept);
  }
}

TEST_F(Tokens, TheStoreNeverHoldsASeedInClear) {
  ASSERT_TRUE(create_token(*services, owner(), given("C1", kRfcSeed)));
  const Bytes sealed = token("C1").seed.value();
  const std::string text(sealed.begin(), sealed.end());
  EXPECT_EQ(text.find("1234567890"), std::string::npos);
}

TEST_F(Tokens, ANewTokenMustMakeSense) {
  const auto code_of = [&](NewToken wanted) {
    const auto made = create_token(*services, owner(), std::move(wanted));
    return made ? std::optional<Errc>() : made.error().code;
  };
  EXPECT_EQ(code_of(given("C1", "31323334353637383930")), std::nullopt);
  EXPECT_EQ(code_of(given("C2", "313233343536373839")), Errc::invalid_input);  // 9 bytes
  EXPECT_EQ(code_of(generated(21)), Errc::invalid_input);
  EXPECT_EQ(code_of(given("C1", kRfcSeed)), Errc::conflict);

  NewToken clock_with_counter = given("C3", kRfcSeed);
  clock_with_counter.spec.kind = TokenKind::totp;
  clock_with_counter.next = Position(5);
  EXPECT_EQ(code_of(std::move(clock_with_counter)), Errc::invalid_input);

  NewToken dates = given("C4", kRfcSeed);
  dates.valid_from = FakeClock::kStart;
  dates.valid_until = FakeClock::kStart;
  EXPECT_EQ(code_of(std::move(dates)), Errc::invalid_input);

  NewToken nobodys = given("C5", kRfcSeed);
  nobodys.owner = user_name("nobody");
  EXPECT_EQ(code_of(std::move(nobodys)), Errc::not_found);

  NewToken beyond = given("C6", kRfcSeed);
  beyond.next = Position(Position::kMax + 1);
  EXPECT_EQ(code_of(std::move(beyond)), Errc::invalid_input);
}

TEST_F(Tokens, APatchChangesWhatItNamesAndConflictsWithOldVersions) {
  ASSERT_TRUE(create_token(*services, owner(), given("C1", kRfcSeed)));
  const RowVersion seen = token("C1").version;
  TokenPatch patch;
  patch.status = TokenStatus::lost;
  patch.valid_until = DateChange{FakeClock::kStart};
  EXPECT_EQ(patch_token(*services, owner(), serial("C1"), patch, seen)->token.status,
            TokenStatus::lost);
  EXPECT_EQ(token("C1").valid_until, FakeClock::kStart);
  EXPECT_EQ(last_record().event.kind, EventKind::token_changed);
  patch.status = TokenStatus::enabled;
  EXPECT_EQ(patch_token(*services, owner(), serial("C1"), patch, seen).error().code,
            Errc::conflict);
  patch.valid_until = DateChange{};
  ASSERT_TRUE(patch_token(*services, owner(), serial("C1"), patch, {}));
  EXPECT_FALSE(token("C1").valid_until.has_value());
}

TEST_F(Tokens, ATokenBelongsToOneUserAtATime) {
  add_user("anna");
  add_user("berit");
  ASSERT_TRUE(create_token(*services, owner(), given("C1", kRfcSeed)));
  const auto give = [&](const char* name) {
    return assign_token(*services, owner(), user_name(name), serial("C1"));
  };
  ASSERT_TRUE(give("anna"));
  ASSERT_TRUE(give("anna"));
  EXPECT_EQ(give("berit").error().code, Errc::conflict);
  EXPECT_EQ(unassign_token(*services, owner(), user_name("berit"), serial("C1")).error().code,
            Errc::not_found);
  ASSERT_TRUE(unassign_token(*services, owner(), user_name("anna"), serial("C1")));
  ASSERT_TRUE(give("berit"));
  EXPECT_EQ(get_token(*services, serial("C1"))->owner, user_name("berit"));
}

TEST_F(Tokens, AUserHasAtMostSoMany) {
  add_user("anna");
  for (std::size_t i = 0; i < kTokensPerUserMax; ++i) {
    NewToken wanted = generated();
    wanted.owner = user_name("anna");
    ASSERT_TRUE(create_token(*services, owner(), std::move(wanted)));
  }
  NewToken one_more = generated();
  one_more.owner = user_name("anna");
  EXPECT_EQ(create_token(*services, owner(), std::move(one_more)).error().code, Errc::conflict);
}

TEST_F(Tokens, ThatHoldsForManyGivenAtOnceToo) {
  add_user("anna");
  std::vector<NewToken> wanted;
  for (std::size_t i = 0; i < 2 * kTokensPerUserMax; ++i) {
    wanted.push_back(given("C" + std::to_string(i), kRfcSeed));
    wanted.back().owner = user_name("anna");
  }
  {
    std::vector<std::jthread> threads;
    for (NewToken& one : wanted) {
      threads.emplace_back([&] { (void)create_token(*services, owner(), std::move(one)); });
    }
  }
  EXPECT_EQ(store.situation(Subject(user_name("anna"))).value().tokens.size(), kTokensPerUserMax);
}

TEST_F(Tokens, ADeletedTokenIsGone) {
  ASSERT_TRUE(create_token(*services, owner(), given("C1", kRfcSeed)));
  ASSERT_TRUE(delete_token(*services, owner(), serial("C1"), {}));
  EXPECT_EQ(get_token(*services, serial("C1")).error().code, Errc::not_found);
  EXPECT_EQ(delete_token(*services, owner(), serial("C1"), {}).error().code, Errc::not_found);
  EXPECT_EQ(list_tokens(*services, {}, {})->size(), 0U);
}

}  // namespace
}  // namespace lockstep
