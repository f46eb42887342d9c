// SPDX-License-Identifier: Apache-2.0
#include "service/mail_code_rows.h"

#include <set>

#include "service/mail_codes.h"
#include "service/portal_test_world.h"

namespace lockstep {
namespace {

constexpr WallTime kNow{Seconds(1'700'000'000)};

MailCode asked_often() {
  MailCode code;
  code.sent_at = kNow;
  code.hour_since = kNow;
  code.day_since = kNow;
  code.sent_in_hour = kMailCodesPerHour;
  code.wrong_in_day = kWrongMailCodesPerDay;
  return code;
}

User anna() {
  User user{.id = UserId(7), .name = user_name("anna")};
  user.email = "anna@example.org";
  return user;
}

TEST(MailCodeRows, EachPurposeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const MailCodePurpose one : {MailCodePurpose::sign_in, MailCodePurpose::step_up,
                                    MailCodePurpose::link, MailCodePurpose::log_in}) {
    EXPECT_TRUE(names.insert(name_of(one)).second) << name_of(one);
  }
}

TEST(MailCodeRows, HoursAndDaysBeginAnewWhenTheyAreOver) {
  const MailCode within = mail_code_as_of(asked_often(), kNow + Seconds(3'599));
  EXPECT_EQ(within.sent_in_hour, kMailCodesPerHour);
  const MailCode hour = mail_code_as_of(asked_often(), kNow + Seconds(3'600));
  EXPECT_EQ(hour.sent_in_hour, 0U);
  EXPECT_EQ(hour.wrong_in_day, kWrongMailCodesPerDay);
  const MailCode day = mail_code_as_of(asked_often(), kNow + Seconds(24 * 3'600));
  EXPECT_EQ(day.wrong_in_day, 0U);
  EXPECT_EQ(day.day_since, kNow + Seconds(24 * 3'600));
}

TEST(MailCodeRows, AMailGoesToWhoIsThereHasAnAddressAndIsWithinTheBudgets) {
  const MailCode fresh;
  EXPECT_TRUE(may_be_mailed(anna(), fresh, kNow));
  EXPECT_FALSE(may_be_mailed(nobody_to_mail(), fresh, kNow));
  User without = anna();
  without.email.clear();
  EXPECT_FALSE(may_be_mailed(without, fresh, kNow));
  MailCode just_sent;
  just_sent.sent_at = kNow - kMailCodeEach + Seconds(1);
  EXPECT_FALSE(may_be_mailed(anna(), just_sent, kNow));
  MailCode five;
  five.sent_in_hour = kMailCodesPerHour;
  EXPECT_FALSE(may_be_mailed(anna(), five, kNow));
  MailCode guessed;
  guessed.wrong_in_day = kWrongMailCodesPerDay;
  EXPECT_FALSE(may_be_mailed(anna(), guessed, kNow));
}

TEST(MailCodeRows, BlanksAndHyphensDoNotCount) {
  EXPECT_EQ(mail_code_digits(" 12-34 56 ").size(), 6U);
  EXPECT_EQ(mail_code_digits("").size(), 0U);
  EXPECT_EQ(mail_code_digits(std::string(1'000, '1')).size(), 64U);
}

}  // namespace
}  // namespace lockstep
