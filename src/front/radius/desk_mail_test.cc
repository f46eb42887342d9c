// SPDX-License-Identifier: Apache-2.0
// A code by mail in place of a token's, asked for by the client's word (service/mail_log_in.h).
#include "front/radius/desk.h"
#include "front/radius/desk_fixture.h"

namespace lockstep {
namespace {

class MailWordDesk : public DeskTest {
 protected:
  void open_with(RadiusFirstFactor first_factor, bool word = true) {
    RadiusClient seeing = gate();
    seeing.shows_challenges = true;
    seeing.first_factor = first_factor;
    if (word) seeing.mail_word = "MAIL";
    open(std::move(seeing));
    put_rules(R"("login.mail_code":true)");
    UserPatch patch;
    patch.email = "anna@example.org";
    EXPECT_TRUE(upsert_user(*services, owner(), name("anna"), patch, {}));
  }
  std::size_t mails() { return store.newest_mails(10).value().size(); }
  std::string mailed_code() {
    return open_arguments(*services, store.newest_mails(1).value().at(0)).value().at("code");
  }
};

TEST_F(MailWordDesk, TheWordAfterThePinAsksForACodeThatLetsIn) {
  open_with(RadiusFirstFactor::pin);
  std::uint8_t id = 0;
  for (const char* typed : {"2580mail", "2580 Mail", " 2580MAIL "}) {
    EXPECT_EQ(answer({.password = typed, .id = ++id}), "challenge") << typed;
    EXPECT_EQ(last_message, "A code was sent to you by mail. Enter it: ");
    EXPECT_EQ(answer({.password = mailed_code(), .state = last_state, .id = ++id}), "accept");
    clock.advance(Seconds(31));
  }
  EXPECT_EQ(mails(), 3U);
}

TEST_F(MailWordDesk, TheWordMayBeTheAnswerToTheQuestionForACode) {
  set_password("anna", "a password with 123456");
  open_with(RadiusFirstFactor::password);
  EXPECT_EQ(answer({.password = "a password with 123456", .id = 1}), "challenge");
  EXPECT_EQ(answer({.password = "mail", .state = last_state, .id = 2}), "challenge");
  EXPECT_EQ(last_message, "A code was sent to you by mail. Enter it: ");
  EXPECT_EQ(answer({.password = mailed_code(), .state = last_state, .id = 3}), "accept");
}

TEST_F(MailWordDesk, InThePlaceOfAPasswordItIsAPassword) {
  set_password("anna", "this is my hotmail");
  open_with(RadiusFirstFactor::password);
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "this is my hotmail", .id = 1}), "challenge");
  EXPECT_EQ(mails(), 0U);
  EXPECT_EQ(answer({.password = card.press(), .state = last_state, .id = 2}), "accept");
}

TEST_F(MailWordDesk, ANewPinMayEndWithTheWord) {
  open_with(RadiusFirstFactor::pin);
  put_rules(R"("login.mail_code":true,"pin.first_use":"change")");
  set_pin("anna", "2580");
  SimulatedToken card = add_card("anna");
  EXPECT_EQ(answer({.password = "2580" + card.press(), .id = 1}), "challenge");
  EXPECT_EQ(answer({.password = "hotmail hotmail", .state = last_state, .id = 2}), "accept");
  EXPECT_EQ(mails(), 0U);
}

TEST_F(MailWordDesk, EverybodyIsToldTheSame) {
  open_with(RadiusFirstFactor::pin);
  for (const Asked& asked :
       {Asked{.user = "stranger", .password = "2580mail", .id = 1},
        Asked{.password = "9999mail", .id = 2}, Asked{.password = "mail", .id = 3}}) {
    EXPECT_EQ(answer(asked), "challenge");
    EXPECT_EQ(last_message, "A code was sent to you by mail. Enter it: ");
    EXPECT_EQ(last_state.size(), 44U);
  }
  EXPECT_EQ(mails(), 0U);
}

TEST_F(MailWordDesk, WithoutAWordThereIsNone) {
  open_with(RadiusFirstFactor::pin, false);
  EXPECT_EQ(answer({.password = "2580mail", .id = 1}), "reject");
  EXPECT_EQ(mails(), 0U);
}

}  // namespace
}  // namespace lockstep
