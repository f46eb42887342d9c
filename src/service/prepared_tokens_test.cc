// SPDX-License-Identifier: Apache-2.0
#include "service/prepared_tokens.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

class Prepared : public World {
 public:
  Prepared() {
    add_user("anna");
    add_card("anna", "C1");
    add_fob("anna", "F1");
    tokens = {token("C1"), token("F1")};
  }
  std::vector<Token> tokens;
  PolicyHandle policy = client().policy;
};

TEST_F(Prepared, TokensComeInTheOrderAskedForWithTheirOwnCodes) {
  PreparedTokens prepared = PreparedTokens::make(*services, tokens, client(), *policy).value();
  std::swap(tokens[0], tokens[1]);
  const auto views = prepared.views(tokens, *policy).value();
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(&views[0].token, &tokens[0]);
  EXPECT_EQ(views[0].codes.generator().spec().kind, TokenKind::totp);
  EXPECT_EQ(views[1].codes.generator().spec().kind, TokenKind::hotp);
}

TEST_F(Prepared, ATokenThatIsNewOrHasAnotherSeedHasToBePreparedAgain) {
  PreparedTokens prepared =
      PreparedTokens::make(*services, std::span(tokens).first(1), client(), *policy).value();
  EXPECT_TRUE(prepared.views(std::span(tokens).first(1), *policy).has_value());
  EXPECT_FALSE(prepared.views(tokens, *policy).has_value());
  Token reseeded = tokens[0];
  reseeded.seed = tokens[1].seed;
  EXPECT_FALSE(prepared.views(std::span(&reseeded, 1), *policy).has_value());
}

TEST_F(Prepared, ATokenComesWithTheNumbersOfItsModel) {
  const auto other = parse_policy(
      R"({"preset":"default","models":[{"model":"Acme 5","set":{"event.accept":7}}]})");
  tokens[0].model = "Acme 5";
  PreparedTokens prepared = PreparedTokens::make(*services, tokens, client(), *other).value();
  const auto views = prepared.views(tokens, *other).value();
  EXPECT_EQ(views[0].own->event.accept, 7U);
  EXPECT_EQ(views[1].own->event.accept, 2U);
}

TEST_F(Prepared, ASeedOfAnotherTokenCannotBeOpened) {
  tokens[0].seed = tokens[1].seed;
  const auto prepared = PreparedTokens::make(*services, tokens, client(), *policy);
  ASSERT_FALSE(prepared.has_value());
  EXPECT_EQ(prepared.error().code, Errc::corrupt);
}

}  // namespace
}  // namespace lockstep
