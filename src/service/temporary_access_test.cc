// SPDX-License-Identifier: Apache-2.0
#include "service/temporary_access.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

class TemporaryAccessTest : public World {
 protected:
  TemporaryAccessTest() { add_user("anna"); }

  GivenCodes give(const TemporaryOrder& order = {}) {
    return give_temporary_access(*services, owner(), user_name("anna"), order).value();
  }
  void say_lost(std::string_view text) {
    TokenPatch lost;
    lost.status = TokenStatus::lost;
    ASSERT_TRUE(patch_token(*services, owner(), serial(text), lost, {}));
  }
  std::vector<EventKind> kinds(std::size_t count) {
    std::vector<EventKind> result;
    const auto records = store.audit({}).value();
    for (std::size_t i = 0; i < count; ++i) result.push_back(records[i].event.kind);
    return result;
  }
};

TEST_F(TemporaryAccessTest, AFixedCodeSignsInUntilItsTimeIsOver) {
  const GivenCodes given = give({.lasts = Seconds(3'600)});
  ASSERT_EQ(given.codes.size(), 1U);
  EXPECT_EQ(given.codes[0].size(), 8U);
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::accept);
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::accept);
  clock.advance(Seconds(3'601));
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::reject);
}

TEST_F(TemporaryAccessTest, OneTimeCodesWorkOnceInAnyOrder) {
  const GivenCodes given = give({.single_use = true, .count = 5});
  ASSERT_EQ(given.codes.size(), 5U);
  for (const std::size_t i : {3U, 0U, 4U}) {
    EXPECT_EQ(log_in("anna", given.codes[i]), Verdict::accept);
    EXPECT_EQ(log_in("anna", given.codes[i]), Verdict::reject);
  }
  EXPECT_EQ(user("anna").sync.temporary->codes.size(), 2U);
}

TEST_F(TemporaryAccessTest, ThePinStaysAskedFor) {
  set_pin("anna", "4711");
  const GivenCodes given = give();
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::reject);
  EXPECT_EQ(log_in("anna", "4711" + given.codes[0]), Verdict::accept);
}

TEST_F(TemporaryAccessTest, WorksBesideATokenAndInItsPlace) {
  SimulatedToken card = add_card("anna", "C-1");
  const GivenCodes given = give();
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::accept);
  say_lost("C-1");
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::accept);
  EXPECT_EQ(log_in("anna", card.press()), Verdict::reject);
}

TEST_F(TemporaryAccessTest, ATokenThatTurnsUpEndsItWhereThatIsAllowed) {
  SimulatedToken card = add_card("anna", "C-1");
  const GivenCodes given = give({.when_found = WhenFound::allow});
  say_lost("C-1");
  EXPECT_EQ(log_in("anna", card.press()), Verdict::accept);
  EXPECT_EQ(token("C-1").status, TokenStatus::enabled);
  EXPECT_EQ(kinds(3), (std::vector{EventKind::temporary_access_ended, EventKind::token_found,
                                   EventKind::login_accepted}));
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::reject);
}

TEST_F(TemporaryAccessTest, GuessesAreChargedWithoutAnyToken) {
  const GivenCodes given = give();
  for (int i = 0; i < 10; ++i) (void)log_in("anna", wrong_code(given.codes[0]));
  // Nothing was proven before the code, so the row is that of the source.
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::reject) << "until an operator unlocks";
  ASSERT_TRUE(unlock_user(*services, owner(), user_name("anna")));
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::accept);
}

TEST_F(TemporaryAccessTest, NewCodesTakeThePlaceOfTheOld) {
  const GivenCodes old = give();
  const GivenCodes given = give();
  EXPECT_EQ(log_in("anna", old.codes[0]), Verdict::reject);
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::accept);
}

TEST_F(TemporaryAccessTest, EndsWhenAnOperatorSaysSo) {
  const GivenCodes given = give();
  ASSERT_TRUE(end_temporary_access(*services, owner(), user_name("anna")));
  EXPECT_EQ(last_record().event.kind, EventKind::temporary_access_ended);
  EXPECT_EQ(log_in("anna", given.codes[0]), Verdict::reject);
  ASSERT_TRUE(end_temporary_access(*services, owner(), user_name("anna")));
  EXPECT_EQ(last_record().event.kind, EventKind::login_refused) << "nothing to end, nothing said";
}

TEST_F(TemporaryAccessTest, TheStoreAndTheAuditHoldNoCode) {
  const GivenCodes given = give();
  const auto records = store.audit({}).value();
  for (const AuditRecord& record : records) {
    for (const auto& [name, value] : record.event.details) {
      EXPECT_EQ(value.find(given.codes[0]), std::string::npos) << name;
    }
  }
  EXPECT_EQ(last_record().event.kind, EventKind::temporary_access_given);
}

TEST_F(TemporaryAccessTest, OrdersOutOfRangeAreRefused) {
  const TemporaryOrder bad[] = {{.count = 0},
                                {.count = 2},
                                {.single_use = true, .count = 21},
                                {.lasts = Seconds(59)},
                                {.lasts = Seconds(30 * 24 * 3600 + 1)}};
  for (const TemporaryOrder& order : bad) {
    EXPECT_EQ(give_temporary_access(*services, owner(), user_name("anna"), order).error().code,
              Errc::invalid_input);
  }
  EXPECT_EQ(give_temporary_access(*services, owner(), user_name("nobody"), {}).error().code,
            Errc::not_found);
  EXPECT_EQ(end_temporary_access(*services, owner(), user_name("nobody")).error().code,
            Errc::not_found);
}

TEST(WhenFoundNames, AreStable) {
  for (const WhenFound one : {WhenFound::deny, WhenFound::allow, WhenFound::allow_after}) {
    EXPECT_EQ(parse_when_found(name_of(one)), one);
  }
  EXPECT_EQ(name_of(WhenFound::allow_after), "allow_after");
  EXPECT_EQ(parse_when_found("later"), std::nullopt);
}

}  // namespace
}  // namespace lockstep
