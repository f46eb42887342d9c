// SPDX-License-Identifier: Apache-2.0
#include "service/first_factor.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

constexpr auto kFresh = FirstFactor::Carried::no;
constexpr auto kCarried = FirstFactor::Carried::yes;

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
      {"nobody", "correct horse", "", kFresh, Factor::wrong},
      {"nobody", nullptr, "2580", kFresh, Factor::wrong},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(judge(c.user, c.password, c.prefix, c.carried), c.expected)
        << c.user << ", password " << (c.password == nullptr ? "not given" : "given")
        << ", prefix of " << std::string(c.prefix).size();
  }
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
