// SPDX-License-Identifier: Apache-2.0
#include "service/first_factor.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

constexpr auto kFresh = FirstFactor::Carried::none;
constexpr auto kCarried = FirstFactor::Carried::right;
constexpr auto kSpoilt = FirstFactor::Carried::wrong;

class FirstFactorOf : public World {
 public:
  Factor judge(const char* name, const char* password, const char* prefix,
               FirstFactor::Carried carried) {
    const std::optional<User> found = store.situation(Subject(user_name(name)))->user;
    std::optional<Secret> given;
    if (password != nullptr) given = Secret::copy_of(password);
    return FirstFactor::check(*services, found ? &*found : nullptr, given)
        ->with_prefix(*services, prefix, carried);
  }
};

TEST_F(FirstFactorOf, FollowsTheRuleInTheHeader) {
  for (const char* name : {"neither", "password", "pin", "both"}) add_user(name);
  set_password("password", "correct horse");
  set_pin("pin", "2580");
  set_password("both", "correct horse");
  set_pin("both", "2580");
  const struct {
    const char* user;
    const char* password;  // nullptr: not given
    const char* prefix;
    FirstFactor::Carried carried;
    Factor expected;
  } cases[] = {
      {"neither", nullptr, "", kFresh, Factor::none},
      {"neither", "", "", kFresh, Factor::none},
      {"neither", "correct horse", "", kFresh, Factor::wrong},
      {"neither", nullptr, "2580", kFresh, Factor::wrong},
      {"password", nullptr, "", kFresh, Factor::wrong},
      {"password", "", "", kFresh, Factor::wrong},
      {"password", "correct horse", "", kFresh, Factor::right},
      {"password", "correct Horse", "", kFresh, Factor::wrong},
      {"password", "correct horse", "2580", kFresh, Factor::wrong},
      {"pin", nullptr, "", kFresh, Factor::wrong},
      {"pin", nullptr, "2580", kFresh, Factor::right},
      {"pin", nullptr, "258", kFresh, Factor::wrong},
      {"pin", "2580", "", kFresh, Factor::right},
      {"both", nullptr, "", kFresh, Factor::wrong},
      {"both", "correct horse", "", kFresh, Factor::right},
      {"both", nullptr, "2580", kFresh, Factor::right},
      {"both", "correct horse", "2580", kFresh, Factor::right},
      {"both", "correct horse", "2581", kFresh, Factor::wrong},
      {"both", "wrong horse", "2580", kFresh, Factor::wrong},
      {"both", nullptr, "", kCarried, Factor::right},
      {"both", nullptr, "2581", kCarried, Factor::wrong},
      {"both", nullptr, "2580", kSpoilt, Factor::wrong},
      {"both", "correct horse", "", kSpoilt, Factor::wrong},
      {"neither", nullptr, "", kSpoilt, Factor::wrong},
      {"nobody", "correct horse", "", kFresh, Factor::wrong},
      {"nobody", nullptr, "2580", kFresh, Factor::wrong},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(judge(c.user, c.password, c.prefix, c.carried), c.expected)
        << c.user << ", password " << (c.password == nullptr ? "not given" : "given")
        << ", prefix of " << std::string(c.prefix).size();
  }
}

TEST_F(FirstFactorOf, WhereItIsNotAskedForNothingIsDemandedAndWhatIsGivenMustBeRight) {
  add_user("pin");
  set_pin("pin", "2580");
  const User user = store.situation(Subject(user_name("pin")))->user.value();
  FirstFactor factor = FirstFactor::check(*services, &user, {}).value();
  factor.ask_for_nothing();
  EXPECT_EQ(factor.with_prefix(*services, "", kFresh), Factor::none);
  EXPECT_EQ(factor.with_prefix(*services, "2580", kFresh), Factor::right);
  EXPECT_EQ(factor.with_prefix(*services, "2581", kFresh), Factor::wrong);
}

TEST_F(FirstFactorOf, WithoutACodeItIsCarriedOn) {
  add_user("pin");
  set_pin("pin", "2580");
  const User user = store.situation(Subject(user_name("pin")))->user.value();
  const auto so_far = [&](const char* password, FirstFactor::Carried carried) {
    std::optional<Secret> given;
    if (password != nullptr) given = Secret::copy_of(password);
    return FirstFactor::check(*services, &user, given)->so_far(carried);
  };
  EXPECT_EQ(so_far(nullptr, kFresh), kFresh);
  EXPECT_EQ(so_far("2580", kFresh), kCarried);
  EXPECT_EQ(so_far("2581", kFresh), kSpoilt);
  EXPECT_EQ(so_far(nullptr, kCarried), kCarried);
  EXPECT_EQ(so_far("2580", kSpoilt), kSpoilt);
}

TEST_F(FirstFactorOf, TwoUsersWithOnePinHaveDifferentMacs) {
  EXPECT_NE(make_pin_mac(*services, Secret::copy_of("2580")),
            make_pin_mac(*services, Secret::copy_of("2580")));
}

TEST_F(FirstFactorOf, AnEmptyPinMatchesNobody) {
  EXPECT_FALSE(pin_matches(*services, nullptr, Secret()));
  EXPECT_FALSE(pin_matches(*services, nullptr, Secret::copy_of("2580")));
}

}  // namespace
}  // namespace lockstep
