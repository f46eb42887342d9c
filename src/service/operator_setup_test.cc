// SPDX-License-Identifier: Apache-2.0
#include "service/operator_setup.h"

#include <gmock/gmock.h>

#include "service/console_test_world.h"

namespace lockstep {
namespace {

using testing::Contains;
using testing::Pair;

constexpr const char* kOther = "quite another phrase";

class OperatorSetup : public ConsoleWorld {
 protected:
  std::string another_link() { return renew_setup(*services, owner(), user_name("karin"))->path; }
  SetupVerdict verdict(const std::string& link, std::string code) {
    return set_up(link, kOther, std::move(code)).value().verdict;
  }
};

TEST_F(OperatorSetup, GivesAPasswordThatSignsIn) {
  EXPECT_TRUE(account().password);
  EXPECT_TRUE(sign_in("karin", kPassword, card_->press()).signed_in);
}

TEST_F(OperatorSetup, ALinkWorksOnce) {
  const std::string link = another_link();
  EXPECT_EQ(verdict(link, card_->press()), SetupVerdict::done);
  EXPECT_EQ(verdict(link, card_->press()), SetupVerdict::refused);
  EXPECT_TRUE(sign_in("karin", kOther, card_->press()).signed_in);
}

TEST_F(OperatorSetup, ALinkWorksForADay) {
  const std::string late = another_link();
  clock.advance(Seconds(86'401));
  EXPECT_EQ(verdict(late, card_->press()), SetupVerdict::refused);
  const std::string in_time = another_link();
  clock.advance(Seconds(86'399));
  EXPECT_EQ(verdict(in_time, card_->press()), SetupVerdict::done);
}

TEST_F(OperatorSetup, AnotherLinkMakesThoseBeforeItVoid) {
  const std::string first = another_link();
  const std::string second = another_link();
  const std::string third = another_link();
  EXPECT_EQ(verdict(first, card_->press()), SetupVerdict::refused);
  EXPECT_EQ(verdict(second, card_->press()), SetupVerdict::refused);
  EXPECT_EQ(verdict(third, card_->press()), SetupVerdict::done);
}

TEST_F(OperatorSetup, AWrongCodeIsChargedAndLeavesTheLinkAsItIs) {
  const std::string link = another_link();
  EXPECT_EQ(verdict(link, wrong_code(card_->press())), SetupVerdict::refused);
  EXPECT_EQ(user("karin").sync.misses_in_row, 1U);
  EXPECT_EQ(verdict(link, card_->press()), SetupVerdict::done);
}

TEST_F(OperatorSetup, ASpentCodeIsNone) {
  const std::string link = another_link();
  const std::string code = card_->press();
  ASSERT_TRUE(sign_in("karin", kPassword, code).signed_in);
  EXPECT_EQ(verdict(link, code), SetupVerdict::refused);
}

TEST_F(OperatorSetup, UnknownLinksAndWrongCodesAreOneAnswer) {
  EXPECT_EQ(verdict("/console/setup#nonsense", card_->press()), SetupVerdict::refused);
  EXPECT_EQ(verdict("", card_->press()), SetupVerdict::refused);
}

TEST_F(OperatorSetup, APasswordHasTwelveCharactersAndNotTheName) {
  const std::string link = another_link();
  const std::string code = card_->press();
  for (const char* bad : {"", "elevenchars", "xx Karin xx xx", "a long enough\n phrase",
                          "\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6\xC3\xB6"}) {
    const auto answer = set_up(link, bad, code);
    ASSERT_FALSE(answer) << bad;
    EXPECT_EQ(answer.error().code, Errc::invalid_input);
  }
  EXPECT_EQ(set_up(link, std::string(257, 'x'), code).error().code, Errc::invalid_input);
  EXPECT_EQ(set_up(link, "twelve chars", code).value().verdict, SetupVerdict::done)
      << "and no code was spent before";
}

TEST_F(OperatorSetup, WhoHasNoSecondFactorCannotBeSetUp) {
  OperatorPatch patch;
  patch.role = Role::auditor;
  const auto made = create_operator(*services, owner(), user_name("olle"), patch).value();
  const auto answer = set_up(made.setup.path, kOther, "123456");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::conflict);
}

TEST_F(OperatorSetup, WhoIsDisabledIsNotSetUp) {
  const std::string link = another_link();
  OperatorPatch patch;
  patch.status = OperatorStatus::disabled;
  ASSERT_TRUE(change_operator(*services, owner(), user_name("karin"), patch, {}));
  EXPECT_EQ(verdict(link, card_->press()), SetupVerdict::refused);
}

TEST_F(OperatorSetup, EndsTheSessionsThatThereAre) {
  const SignedIn before = signed_in();
  ASSERT_TRUE(is_signed_in(before.secret));
  ASSERT_EQ(verdict(another_link(), card_->press()), SetupVerdict::done);
  EXPECT_FALSE(is_signed_in(before.secret));
}

TEST_F(OperatorSetup, TheOldPasswordStaysUntilTheLinkIsUsed) {
  another_link();
  EXPECT_TRUE(sign_in("karin", kPassword, card_->press()).signed_in);
}

TEST_F(OperatorSetup, NobodyMakesALinkForWhoMayDoMore) {
  const Context desk = with({Permission::operators_write});
  EXPECT_EQ(renew_setup(*services, desk, user_name("karin")).error().code, Errc::not_allowed);
  EXPECT_EQ(renew_setup(*services, owner(), user_name("none")).error().code, Errc::not_found);
}

TEST_F(OperatorSetup, IsWrittenDownAsTheOperatorsOwnDoing) {
  const AuditEvent event = last_record().event;
  EXPECT_EQ(event.kind, EventKind::operator_changed);
  EXPECT_EQ(event.actor, Actor("operator:karin"));
  EXPECT_THAT(event.details, Contains(Pair("password", "set")));
}

}  // namespace
}  // namespace lockstep
