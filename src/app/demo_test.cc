// SPDX-License-Identifier: Apache-2.0
#include "app/demo.h"

#include <optional>
#include <set>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/data_directory.h"
#include "app/demo_people.h"
#include "app/local_transport.h"
#include "base/base32.h"
#include "testing/fake_clock.h"
#include "testing/seeded_random.h"
#include "testing/simulated_token.h"

namespace lockstep {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

TEST(DemoPeople, AreFiftyAndNoTwoAlike) {
  std::set<std::string> users;
  std::set<std::string> names;
  for (const DemoPerson& person : demo_people()) {
    users.insert(person.user);
    names.insert(std::string(person.first_name) + ' ' + person.last_name);
  }
  EXPECT_EQ(users.size(), 50U);
  EXPECT_EQ(names.size(), 50U);
}

/// The demo's company, made once: password hashes and 50 people take a while.
class Demo : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = PassingDirectory::make();
    LOCKSTEP_ASSERT(made.has_value());
    company_ = new_company(std::move(*made));
  }
  static void TearDownTestSuite() { company_.reset(); }

  struct Company {
    PassingDirectory directory;
    FakeClock clock;
    SeededRandom random{3};
    DemoWorld world;
    std::optional<LocalTransport> api;
  };

  static std::unique_ptr<Company> new_company(PassingDirectory directory) {
    auto company = std::make_unique<Company>(std::move(directory));
    const auto data = company->directory.path() / "data";
    LOCKSTEP_ASSERT(create_data_directory(data, company->random).has_value());
    {
      const EarlierClock yesterday(company->clock, kDemoHistory);
      auto site = open_site(data, yesterday, company->random);
      LOCKSTEP_ASSERT(site.has_value());
      auto world = make_demo_world(*site->services);
      EXPECT_TRUE(world) << world.error().context;
      company->world = std::move(world).value();
    }
    auto site = open_site(data, company->clock, company->random);
    LOCKSTEP_ASSERT(site.has_value());
    company->api.emplace(std::move(*site));
    return company;
  }

  static SimulatedToken in_hand(const DemoToken& token) {
    SimulatedToken mine(token.spec, Secret(parse_base32(token.seed_base32).value()));
    mine.set_counter(Position(token.counter));
    mine.set_clock({.set_at = {}, .offset = -Micros(token.slow)});
    return mine;
  }

  static json::value post(const std::string& target, const json::object& body) {
    const auto reply = company_->api->send({"POST", target, json::serialize(body)});
    LOCKSTEP_ASSERT(reply.has_value());
    return json::parse(reply->body);
  }

  static std::string log_in(const DemoToken& token, const std::string& code) {
    json::object body{{"user", token.user}, {"code", code}};
    if (&token == &company_->world.tokens[1]) body["password"] = company_->world.password;
    return std::string(post("/api/v1/authenticate", body).at("decision").as_string());
  }

  static std::unique_ptr<Company> company_;
};

std::unique_ptr<Demo::Company> Demo::company_;

TEST_F(Demo, ATokenInStepSignsInOnce) {
  const DemoToken& token = company_->world.tokens[0];
  const std::string code = in_hand(token).press();
  EXPECT_EQ(log_in(token, code), "accept");
  EXPECT_EQ(log_in(token, code), "reject");
}

TEST_F(Demo, TheCardThatIsAheadHealsOverTwoLogIns) {
  const DemoToken& token = company_->world.tokens[1];
  SimulatedToken card = in_hand(token);
  EXPECT_EQ(log_in(token, card.press()), "reject");
  EXPECT_EQ(log_in(token, card.press()), "accept");
  EXPECT_EQ(log_in(token, card.press()), "accept");
}

TEST_F(Demo, TheSlowFobIsRefusedUntilItIsResynchronised) {
  const DemoToken& token = company_->world.tokens[2];
  const SimulatedToken fob = in_hand(token);
  const WallTime now = company_->clock.now().wall;
  EXPECT_EQ(log_in(token, fob.shows(now)), "reject");
  const auto moved = post("/api/v1/tokens/" + token.serial + "/resync",
                          {{"codes", {fob.shows(now - token.spec.step), fob.shows(now)}}});
  EXPECT_EQ(moved.at("direction").as_string(), "behind") << json::serialize(moved);
  company_->clock.advance(token.spec.step);
  EXPECT_EQ(log_in(token, fob.shows(company_->clock.now().wall)), "accept");
}

TEST_F(Demo, TheGuideNamesWhatThereIs) {
  const DemoWorld& world = company_->world;
  const DemoGuide guide = demo_guide(world, 4711);
  EXPECT_THAT(guide.setup, HasSubstr("http://127.0.0.1:4711/api/v1"));
  EXPECT_THAT(guide.setup, HasSubstr(world.api_key));
  EXPECT_EQ(guide.steps.size(), 8U);
  EXPECT_THAT(guide.steps[0].command, HasSubstr(world.tokens[0].seed_base32));
  EXPECT_EQ(guide.steps[0].command, guide.steps[1].command);
  const std::string text = guide_text(guide, "/tmp/x");
  for (const DemoStep& step : guide.steps) EXPECT_THAT(text, HasSubstr(step.command));
}

TEST_F(Demo, TheLabDrawsAFobAndACardThatAreInStep) {
  const auto lab = lab_world(company_->world);
  ASSERT_TRUE(lab);
  ASSERT_EQ(lab->tokens.size(), 2U);
  const LabToken& fob = lab->tokens[0];
  EXPECT_EQ(fob.model, "Key fob");
  EXPECT_EQ(fob.spec.kind, TokenKind::totp);
  EXPECT_EQ(fob.user_name, "Anna Bergqvist");
  const LabToken& card = lab->tokens[1];
  EXPECT_EQ(card.model, "Display card");
  EXPECT_EQ(card.spec.kind, TokenKind::hotp);
  for (const DemoToken& token : company_->world.tokens) {
    if (token.lab_owner.empty()) continue;
    const WallTime now = company_->clock.now().wall;
    SimulatedToken mine = in_hand(token);
    const bool is_event = token.spec.kind == TokenKind::hotp;
    EXPECT_EQ(log_in(token, is_event ? mine.press() : mine.shows(now)), "accept") << token.model;
  }
}

TEST_F(Demo, TheGuideNamesTheLabAndThePortal) {
  const std::string text = guide_text(demo_guide(company_->world, 4711), "/tmp/x");
  EXPECT_THAT(text, HasSubstr("http://127.0.0.1:4711/lab/ "));
  EXPECT_THAT(text, HasSubstr("http://127.0.0.1:4711/portal/ "));
}

TEST_F(Demo, TheGuideForProgramsHoldsEveryToken) {
  const DemoWorld& world = company_->world;
  const json::value whole = json::parse(guide_json(demo_guide(world, 1), world, "/tmp/x"));
  EXPECT_EQ(whole.at("tokens").as_array().size(), world.tokens.size());
  EXPECT_EQ(whole.at("api_key").as_string(), world.api_key);
  std::set<std::string> serials;
  for (const DemoToken& token : world.tokens) serials.insert(token.serial);
  EXPECT_EQ(serials.size(), world.tokens.size());
}

}  // namespace
}  // namespace lockstep
