// SPDX-License-Identifier: Apache-2.0
#include "service/pins.h"

#include <set>

#include "service/first_factor.h"
#include "service/policies.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

class Pins : public World {
 public:
  Pins() { add_user("anna"); }

  void policy(const std::string& set) {
    const auto done = put_policy(*services, owner(), R"({"preset":"default","set":{)" + set + "}}");
    ASSERT_TRUE(done.has_value()) << done.error().context;
  }
  /// "" when it was set, otherwise why not.
  std::string try_pin(std::string_view pin) {
    UserPatch patch;
    patch.pin = {FactorChange::Kind::set, Secret::copy_of(pin)};
    const auto done = upsert_user(*services, owner(), user_name("anna"), patch, {});
    if (done) return "";
    EXPECT_EQ(done.error().code, Errc::invalid_input);
    return done.error().context;
  }
  void clear_pin() {
    UserPatch patch;
    patch.pin.kind = FactorChange::Kind::clear;
    ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  }
  bool has_pin(std::string_view pin) {
    const User anna = user("anna");
    return pin_matches(*services, &anna, Secret::copy_of(pin));
  }
};

TEST_F(Pins, AnOperatorsPinHasToBeAsThePolicySays) {
  policy(R"("pin.length_min":5,"pin.length_max":6,"pin.complexity":"no_patterns")");
  EXPECT_EQ(try_pin("4711"), "the PIN is not taken: too_short");
  EXPECT_EQ(try_pin("4711853"), "the PIN is not taken: too_long");
  EXPECT_EQ(try_pin("12345"), "the PIN is not taken: pattern");
  EXPECT_EQ(try_pin("47118"), "");
  EXPECT_TRUE(has_pin("47118"));
}

TEST_F(Pins, NoneAndGivenLeaveNothingToAnOperatorsChoice) {
  set_pin("anna", "2580");
  policy(R"("pin.mode":"none")");
  EXPECT_NE(try_pin("4711"), "");
  EXPECT_EQ(give_pin(*services, owner(), user_name("anna")).error().code, Errc::invalid_input);
  EXPECT_TRUE(has_pin("2580")) << "one that is there is asked for as ever";
  policy(R"("pin.mode":"given")");
  EXPECT_NE(try_pin("4711"), "");
  EXPECT_TRUE(give_pin(*services, owner(), user_name("anna")));
  clear_pin();
  EXPECT_FALSE(user("anna").pin);
}

TEST_F(Pins, FormerPinsAreNotTakenAsFarAsThePolicyRemembers) {
  policy(R"("pin.history":2)");
  for (const char* pin : {"1111", "2222", "3333", "4444"}) EXPECT_EQ(try_pin(pin), "") << pin;
  for (const char* pin : {"4444", "3333", "2222"}) {
    EXPECT_EQ(try_pin(pin), "the PIN is not taken: used_before") << pin;
  }
  EXPECT_EQ(try_pin("1111"), "");
  EXPECT_EQ(user("anna").old_pins.size(), 2U);
}

TEST_F(Pins, WithoutAHistoryNothingIsKeptAndAnyMayComeAgain) {
  EXPECT_EQ(try_pin("1111"), "");
  EXPECT_EQ(try_pin("1111"), "");
  EXPECT_TRUE(user("anna").old_pins.empty());
}

TEST_F(Pins, TakingAPinAwayDoesNotForgetIt) {
  policy(R"("pin.history":1)");
  EXPECT_EQ(try_pin("1111"), "");
  clear_pin();
  EXPECT_FALSE(user("anna").pin_life.set_at);
  EXPECT_EQ(try_pin("1111"), "the PIN is not taken: used_before");
}

TEST_F(Pins, APinKnowsWhenItWasSetAndWhetherItHasToGo) {
  set_pin("anna", "2580");
  EXPECT_EQ(user("anna").pin_life.set_at, clock.now().wall);
  EXPECT_FALSE(user("anna").pin_life.must_change);
  policy(R"("pin.first_use":"change")");
  set_pin("anna", "2580");
  EXPECT_TRUE(user("anna").pin_life.must_change);
  UserPatch patch;
  patch.pin = {FactorChange::Kind::set, Secret::copy_of("2580")};
  patch.pin_must_change = false;
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  EXPECT_FALSE(user("anna").pin_life.must_change) << "the caller's word counts";
}

TEST_F(Pins, APinIsDueOnTheDayThatThePolicySays) {
  const PinRules never;
  const PinRules month{.expires_days = 30};
  User anna = user("anna");
  EXPECT_FALSE(is_pin_due(anna, month, anna.created_at + Seconds(86'400) * 400)) << "has none";
  anna.pin = PinMac{};
  const WallTime set_at = anna.created_at + Seconds(86'400) * 10;
  anna.pin_life.set_at = set_at;
  EXPECT_FALSE(is_pin_due(anna, never, set_at + Seconds(86'400) * 4'000));
  EXPECT_FALSE(is_pin_due(anna, month, set_at + Seconds(86'400) * 30 - Seconds(1)));
  EXPECT_TRUE(is_pin_due(anna, month, set_at + Seconds(86'400) * 30));
  anna.pin_life.set_at.reset();
  EXPECT_TRUE(is_pin_due(anna, month, anna.created_at + Seconds(86'400) * 30))
      << "from before ages were kept: as old as the account";
  anna.pin_life = {set_at, true};
  EXPECT_TRUE(is_pin_due(anna, never, set_at));
  EXPECT_FALSE(is_pin_due(anna, {.mode = PinMode::none}, set_at));
}

TEST_F(Pins, AGivenPinIsDrawnFitsThePolicyAndWorks) {
  policy(R"("pin.length_min":8,"pin.first_use":"change")");
  const auto given = give_pin(*services, owner(), user_name("anna"));
  ASSERT_TRUE(given.has_value());
  EXPECT_EQ(given->pin.size(), 8U);
  EXPECT_TRUE(given->must_change);
  EXPECT_TRUE(has_pin(given->pin));
  EXPECT_EQ(last_record().event.kind, EventKind::pin_changed);
  for (const auto& [name, value] : last_record().event.details) {
    EXPECT_EQ(value.find(given->pin), std::string::npos) << name;
  }
  EXPECT_EQ(give_pin(*services, owner(), user_name("bert")).error().code, Errc::not_found);
}

TEST_F(Pins, DrawnPinsDifferAndAreSixDigitsWhereThatMayBe) {
  const PinRules rules;
  std::set<std::string> drawn;
  for (int i = 0; i < 50; ++i) {
    const std::string pin = draw_pin(random, rules);
    EXPECT_EQ(pin.size(), 6U);
    EXPECT_EQ(pin.find_first_not_of("0123456789"), std::string::npos);
    drawn.insert(pin);
  }
  EXPECT_GT(drawn.size(), 45U);
  EXPECT_EQ(draw_pin(random, {.length_max = 4}).size(), 4U);
}

TEST_F(Pins, APasswordHasTheLengthOfThePolicyOfItsOwner) {
  policy(R"("password.length_min":12)");
  UserPatch patch;
  patch.password = {FactorChange::Kind::set, Secret::copy_of("elevenchars")};
  EXPECT_EQ(upsert_user(*services, owner(), user_name("anna"), patch, {}).error().code,
            Errc::invalid_input);
  patch.password = {FactorChange::Kind::set, Secret::copy_of("twelve chars")};
  ASSERT_TRUE(upsert_user(*services, owner(), user_name("anna"), patch, {}));
  EXPECT_EQ(user("anna").password_life.set_at, clock.now().wall);
}

}  // namespace
}  // namespace lockstep
