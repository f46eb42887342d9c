// SPDX-License-Identifier: Apache-2.0
// Mails, codes by mail, and tokens asked for by many serials.
#include <algorithm>
#include <iterator>
#include <vector>

#include "store_contract.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Sealed sealed(std::uint8_t number) {
  Bytes bytes(9, 7);
  bytes.push_back(number);
  return Sealed(std::move(bytes));
}

Mail a_mail(std::uint64_t id) {
  Mail mail;
  mail.id = MailId(id);
  mail.to = "zoë@example.org";
  mail.event = MailEvent::lost;
  mail.language = "sv";
  mail.arguments = sealed(static_cast<std::uint8_t>(id));
  mail.tries = 2;
  mail.next_try_at = kThen + Seconds(static_cast<std::int64_t>(id));
  mail.created_at = kThen - Seconds(static_cast<std::int64_t>(id));
  mail.expires_at = kThen + Seconds(600);
  mail.problem = "timed out";
  mail.version = RowVersion(1);
  return mail;
}

MailCode a_code(std::uint64_t user, MailCodePurpose purpose = MailCodePurpose::sign_in) {
  MailCode code;
  code.user = UserId(user);
  code.purpose = purpose;
  code.code = PinMac{};
  code.code->salt.fill(3);
  code.code->mac.fill(4);
  code.state.fill(5);
  code.expires_at = kThen + Seconds(600);
  code.sent_at = kThen;
  code.hour_since = kThen - Seconds(60);
  code.sent_in_hour = 2;
  code.day_since = kThen - Seconds(3'600);
  code.wrong_in_day = 3;
  return code;
}

TEST_P(StoreContract, AMailIsDueUntilItWasSent) {
  must(InsertMail{a_mail(2)});
  must(InsertMail{a_mail(1)});
  must(InsertMail{a_mail(3)});
  EXPECT_THAT(store().due_mails(kThen, 10).value(), IsEmpty());
  EXPECT_THAT(store().due_mails(kThen + Seconds(2), 10).value(), ElementsAre(a_mail(1), a_mail(2)));
  EXPECT_THAT(store().due_mails(kThen + Seconds(9), 1).value(), ElementsAre(a_mail(1)));
  EXPECT_EQ(error_of(store().due_mails(kThen, 0)), Errc::invalid_input);

  Mail taken = a_mail(1);
  taken.tries = 3;
  taken.next_try_at = kThen + Seconds(100);
  taken.problem = "";
  must(UpdateMail{taken});
  EXPECT_EQ(error_of(commit(UpdateMail{taken})), Errc::conflict) << "somebody else took it";
  taken.version = RowVersion(2);
  EXPECT_THAT(store().due_mails(kThen + Seconds(200), 10).value(),
              ElementsAre(a_mail(2), a_mail(3), taken));

  taken.state = MailState::sent;
  must(UpdateMail{taken});
  Mail given_up = a_mail(2);
  given_up.state = MailState::given_up;
  must(UpdateMail{given_up});
  EXPECT_THAT(store().due_mails(kThen + Seconds(200), 10).value(), ElementsAre(a_mail(3)));
  EXPECT_EQ(store().mail_counts().value(), (MailCounts{1, 1, 1}));
  EXPECT_EQ(error_of(commit(UpdateMail{a_mail(4)})), Errc::conflict) << "there is none";
}

TEST_P(StoreContract, MailsAreListedNewestFirst) {
  for (const std::uint64_t id : {2U, 1U, 3U}) must(InsertMail{a_mail(id)});
  EXPECT_THAT(store().newest_mails(2).value(), ElementsAre(a_mail(1), a_mail(2)));
  EXPECT_EQ(error_of(store().newest_mails(1'001)), Errc::invalid_input);
}

TEST_P(StoreContract, AMailIsWrittenOnceAndWithWhatItReports) {
  must(InsertMail{a_mail(1)});
  Mail again = a_mail(1);
  again.to = "other@example.org";
  must(InsertMail{again});
  EXPECT_THAT(store().newest_mails(10).value(), ElementsAre(a_mail(1)));

  ChangeSet set;
  set.changes = {InsertMail{a_mail(2)}, DeleteGroup{group_name("nowhere")}};
  EXPECT_EQ(error_of(store().commit(std::move(set))), Errc::conflict);
  EXPECT_THAT(store().newest_mails(10).value(), ElementsAre(a_mail(1)));
}

TEST_P(StoreContract, AMailBeyondTheQueueIsTooLateWhenItIsWritten) {
  const auto fill = [&](std::uint64_t first, std::uint64_t count) {
    ChangeSet set;
    for (std::uint64_t id = first; id < first + count; ++id) {
      set.changes.emplace_back(InsertMail{a_mail(id)});
    }
    ASSERT_TRUE(store().commit(std::move(set)));
  };
  const auto find = [&](std::uint64_t id) {
    const std::vector<Mail> due = store().due_mails(a_mail(id).created_at, 1'000).value();
    const auto found = std::ranges::find(due, MailId(id), &Mail::id);
    return found == due.end() ? std::nullopt : std::optional(*found);
  };
  fill(10, Mail::kWaitingMax);
  ChangeSet more;
  more.changes = {InsertMail{a_mail(1)}, InsertGroup{group_name("staff")}};
  ASSERT_TRUE(store().commit(std::move(more))) << "what it reports is done all the same";
  EXPECT_EQ(store().groups({}).value().size(), 1U);
  const std::optional<Mail> left_out = find(1);
  ASSERT_TRUE(left_out);
  EXPECT_EQ(left_out->state, MailState::waiting) << "Who sends gives it up, and says so.";
  EXPECT_EQ(left_out->expires_at, left_out->created_at);
  EXPECT_EQ(left_out->problem, Mail::kQueueFull);
  EXPECT_EQ(left_out->arguments, a_mail(1).arguments);

  fill(20'000, Mail::kLeftOutMax);
  EXPECT_EQ(store().mail_counts().value().waiting, Mail::kWaitingMax + Mail::kLeftOutMax);
  must(InsertMail{a_mail(2)});
  EXPECT_FALSE(find(2)) << "The server that gives mails up is away as well.";
}

TEST_P(StoreContract, ThereIsRoomInTheQueueAgainWhenMailsHaveLeft) {
  ChangeSet set;
  for (std::uint64_t id = 10; id < 10 + Mail::kWaitingMax; ++id) {
    set.changes.emplace_back(InsertMail{a_mail(id)});
  }
  ASSERT_TRUE(store().commit(std::move(set)));
  Mail sent = a_mail(10);
  sent.state = MailState::sent;
  must(UpdateMail{sent});
  must(InsertMail{a_mail(1)});
  EXPECT_EQ(store().mail_counts().value(), (MailCounts{Mail::kWaitingMax, 1, 0}));
  const std::vector<Mail> newest = store().newest_mails(1'000).value();
  EXPECT_TRUE(
      std::ranges::all_of(newest, [](const Mail& one) { return one.problem != Mail::kQueueFull; }));
}

Mail a_mail(std::uint64_t id, MailEvent event) {
  Mail mail = a_mail(id);
  mail.event = event;
  return mail;
}

TEST_P(StoreContract, TheLastPlacesOfTheQueueAreNotForCodes) {
  const std::uint64_t codes = Mail::kWaitingMax - 1'000;
  ChangeSet set;
  for (std::uint64_t id = 1; id <= codes; ++id) {
    set.changes.emplace_back(InsertMail{a_mail(id, MailEvent::email_code)});
  }
  ASSERT_TRUE(store().commit(std::move(set)));
  const auto is_left_out = [&](std::uint64_t id) {
    const std::vector<Mail> due = store().due_mails(a_mail(id).created_at, 1'000).value();
    return std::ranges::find(due, MailId(id), &Mail::id) != due.end();
  };
  must(InsertMail{a_mail(codes + 1, MailEvent::email_code)});
  EXPECT_TRUE(is_left_out(codes + 1));
  must(InsertMail{a_mail(codes + 2)});
  EXPECT_FALSE(is_left_out(codes + 2));
}

TEST_P(StoreContract, CodesAndAlertsAreSentBeforeTheRest) {
  must(InsertMail{a_mail(1, MailEvent::resynchronised)});
  must(InsertMail{a_mail(2, MailEvent::primary)});
  must(InsertMail{a_mail(3, MailEvent::email_code)});
  must(InsertMail{a_mail(4, MailEvent::suspended)});
  EXPECT_THAT(store().due_mails(kThen + Seconds(9), 10).value(),
              ElementsAre(a_mail(3, MailEvent::email_code), a_mail(4, MailEvent::suspended),
                          a_mail(1, MailEvent::resynchronised), a_mail(2, MailEvent::primary)));
}

TEST_P(StoreContract, OfWhatCanBeDoneWithoutEndTheNewestMailWaits) {
  for (const MailEvent event : {MailEvent::temporary_code, MailEvent::primary}) {
    const std::uint64_t first = 10 + 10 * static_cast<std::uint64_t>(event);
    Mail sent = a_mail(first, event);
    must(InsertMail{sent});
    sent.state = MailState::sent;
    must(UpdateMail{sent});
    sent.version = RowVersion(2);
    must(InsertMail{a_mail(first + 1, event)});
    Mail other = a_mail(first + 2, event);
    other.to = "other@example.org";
    must(InsertMail{other});
    must(InsertMail{a_mail(first + 3, event)});
    must(InsertMail{a_mail(first + 3, event)});
    const auto all = store().newest_mails(100).value();
    std::vector<Mail> found;
    std::ranges::copy_if(all, std::back_inserter(found),
                         [&](const Mail& one) { return one.event == event; });
    EXPECT_THAT(found, ElementsAre(sent, other, a_mail(first + 3, event)));
  }
}

TEST_P(StoreContract, AMailIsWipedAndLaterDeleted) {
  must(InsertMail{a_mail(1)});
  must(InsertMail{a_mail(2)});
  Mail sent = a_mail(1);
  sent.state = MailState::sent;
  must(UpdateMail{.mail = sent, .wipe = true});
  sent.arguments = Sealed();
  sent.version = RowVersion(2);
  EXPECT_THAT(store().newest_mails(10).value(), ElementsAre(sent, a_mail(2)));

  const WallTime second = a_mail(2).created_at + Mail::kKept;
  EXPECT_EQ(store().delete_expired(second).value(), 0U);
  EXPECT_EQ(store().delete_expired(second + Micros(1)).value(), 1U);
  EXPECT_THAT(store().newest_mails(10).value(), ElementsAre(sent));
}

TEST_P(StoreContract, WhatAMailSaysIsAmongWhatIsSealed) {
  must(InsertServiceKey{"pin", sealed(9)});
  must(InsertMail{a_mail(2)});
  must(InsertMail{a_mail(1)});
  must(InsertMail{a_mail(3)});
  must(UpdateMail{.mail = a_mail(3), .wipe = true});
  const auto rows = store().sealed(SealedPlace("audit"), 10).value();
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows[0].place, SealedPlace("pin")) << "mails come behind; a short page is not the end";
  const auto mails = store().sealed(SealedPlace("pin"), 10).value();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(mails[0].place, SealedPlace(MailId(1)));
  EXPECT_EQ(mails[1].place, SealedPlace(MailId(2)));
  EXPECT_THAT(store().sealed(SealedPlace(MailId(2)), 10).value(), IsEmpty());
  EXPECT_EQ(store().sealed_by_key().value().at(KeyId{7, 7, 7, 7, 7, 7, 7, 7}), 3U);

  must(ReplaceSealed{MailId(1), sealed(1), sealed(8)});
  must(ReplaceSealed{MailId(2), sealed(1), sealed(8)});
  const auto after = store().sealed(SealedPlace("pin"), 10).value();
  EXPECT_EQ(after[0].sealed, sealed(8));
  EXPECT_EQ(after[1].sealed, sealed(2)) << "it is not what was read";
  must(UpdateMail{a_mail(1)});
}

TEST_P(StoreContract, NoMailIsSealedUnderARetiredKey) {
  must(InsertMail{a_mail(1)});
  must(RetireKey{KeyId{7, 7, 7, 7, 7, 7, 7, 7}});
  EXPECT_EQ(error_of(commit(InsertMail{a_mail(2)})), Errc::unavailable);
  must(UpdateMail{a_mail(1)});
}

TEST_P(StoreContract, ACodeByMailIsKeptForEachUserAndPurpose) {
  must(InsertUser{a_user(1, "anna")});
  EXPECT_EQ(store().mail_code(UserId(1), MailCodePurpose::sign_in).value(), std::nullopt);
  must(PutMailCode{a_code(1)});
  must(PutMailCode{a_code(1, MailCodePurpose::step_up)});
  EXPECT_EQ(error_of(commit(PutMailCode{a_code(1)})), Errc::conflict) << "somebody else's is there";
  EXPECT_EQ(error_of(commit(PutMailCode{a_code(2)})), Errc::conflict) << "no such user";

  MailCode expected = a_code(1);
  expected.version = RowVersion(1);
  EXPECT_EQ(store().mail_code(UserId(1), MailCodePurpose::sign_in).value(), expected);
  EXPECT_EQ(store().mail_code(UserId(1), MailCodePurpose::link).value(), std::nullopt);

  MailCode changed = expected;
  changed.code.reset();
  changed.state.fill(9);
  changed.expires_at = kThen + Seconds(1);
  changed.sent_at = kThen + Seconds(2);
  changed.hour_since = kThen + Seconds(3);
  changed.sent_in_hour = 4;
  changed.day_since = kThen + Seconds(5);
  changed.wrong_in_day = 6;
  must(PutMailCode{changed});
  EXPECT_EQ(error_of(commit(PutMailCode{changed})), Errc::conflict);
  changed.version = RowVersion(2);
  EXPECT_EQ(store().mail_code(UserId(1), MailCodePurpose::sign_in).value(), changed);
}

TEST_P(StoreContract, CodesByMailGoWithTheirUser) {
  must(InsertUser{a_user(1, "anna")});
  must(PutMailCode{a_code(1)});
  must(DeleteUser{UserId(1), RowVersion(1)});
  EXPECT_EQ(store().mail_code(UserId(1), MailCodePurpose::sign_in).value(), std::nullopt);
}

TEST_P(StoreContract, TokensAreFoundByManySerials) {
  must(InsertUser{a_user(1, "anna")});
  for (const std::uint64_t id : {1U, 2U, 3U}) {
    Token one = a_token(id, "T-" + std::to_string(id));
    one.owner = id == 2 ? std::optional(UserId(1)) : std::nullopt;
    must(InsertToken{one});
  }
  EXPECT_THAT(store().tokens_by_serials({}).value(), IsEmpty());
  const std::vector<Serial> some = {serial("T-3"), serial("NONE"), serial("T-2"), serial("t-3")};
  const auto found = store().tokens_by_serials(some).value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].token.serial, serial("T-2"));
  EXPECT_EQ(found[0].owner, user_name("anna"));
  EXPECT_EQ(found[1].token.serial, serial("T-3"));
  EXPECT_FALSE(found[1].owner);
  const std::vector<Serial> many(Page::kLimitMax, serial("T-1"));
  EXPECT_EQ(store().tokens_by_serials(many).value().size(), 1U);
  const std::vector<Serial> too_many(Page::kLimitMax + 1, serial("T-1"));
  EXPECT_EQ(error_of(store().tokens_by_serials(too_many)), Errc::invalid_input);
}

TEST_P(StoreContract, WhatAnOwnerCallsATokenGoesWithTheOwner) {
  must(InsertUser{a_user(1, "anna")});
  Token one = a_token(1, "T-1");
  give_to(one, UserId(1), kThen);
  one.label = "Keys";
  must(InsertToken{one});
  expect_same(token("T-1"), one);
  one.label = "Bag";
  must(UpdateToken{one});
  one.version = RowVersion(2);
  expect_same(token("T-1"), one);
  must(DeleteUser{UserId(1), RowVersion(1)});
  EXPECT_EQ(token("T-1").label, "");
  EXPECT_FALSE(token("T-1").assigned_at);
}

}  // namespace
}  // namespace lockstep
