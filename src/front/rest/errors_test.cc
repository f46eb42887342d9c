// SPDX-License-Identifier: Apache-2.0
#include "front/rest/errors.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/json.h"

namespace lockstep {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr int kReasons = static_cast<int>(Reason::clock_unhealthy) + 1;
constexpr int kErrors = static_cast<int>(Errc::corrupt) + 1;
constexpr int kRefusals = static_cast<int>(RefusalKind::unavailable) + 1;

boost::json::object body_of(const Response& response) {
  return parse_json(response.body).value().as_object();
}

TEST(Problem, EveryReasonHasAStatusATitleAndItsName) {
  for (int i = 1; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    const Response response = problem(reason, {});
    const boost::json::object body = body_of(response);
    EXPECT_GE(response.status, 400) << name_of(reason);
    // Of what is refused only one is our own fault.
    EXPECT_EQ(response.status >= 500, reason == Reason::clock_unhealthy) << name_of(reason);
    EXPECT_EQ(body.at("status"), response.status);
    EXPECT_EQ(body.at("reason").as_string(), name_of(reason));
    EXPECT_EQ(body.at("type").as_string(), "urn:lockstep:reason:" + std::string(name_of(reason)));
    EXPECT_FALSE(body.at("title").as_string().empty());
    EXPECT_EQ(body.size(), 4U) << "What is not known is left out.";
  }
}

TEST(Problem, NoTwoReasonsHaveOneTitle) {
  std::set<std::string_view> titles;
  for (int i = 0; i < kReasons; ++i) titles.insert(title_of(static_cast<Reason>(i)));
  EXPECT_EQ(titles.size(), static_cast<std::size_t>(kReasons));
}

TEST(Problem, StatusesAreThoseThatThePortalReliesOn) {
  const struct {
    Reason reason;
    int status;
  } cases[] = {
      {Reason::no_match, 422},
      {Reason::not_consecutive, 422},
      {Reason::wrong_order, 422},
      {Reason::outside_window, 422},
      {Reason::clock_set_back, 422},
      {Reason::already_used, 422},
      {Reason::conversation_expired, 410},
      {Reason::too_many_attempts, 429},
      {Reason::locked, 403},
      {Reason::suspended, 403},
      {Reason::lost, 403},
      {Reason::expired_token, 403},
      {Reason::not_assigned, 404},
      {Reason::kind_not_supported, 409},
      {Reason::not_allowed, 403},
      {Reason::step_up_required, 401},
      {Reason::clock_unhealthy, 503},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(status_of(one.reason), one.status) << name_of(one.reason);
  }
}

TEST(Problem, EveryErrorHasAStatusAndAName) {
  std::set<std::string_view> names;
  for (int i = 0; i < kErrors; ++i) {
    const auto code = static_cast<Errc>(i);
    const Response response = problem(Error{code, "why"});
    EXPECT_EQ(response.status, status_of(code));
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(body_of(response).at("reason").as_string(), reason_of(code));
    names.insert(reason_of(code));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kErrors));
}

TEST(Problem, TheContextOfOurOwnTroubleStaysInside) {
  for (const Errc code : {Errc::unavailable, Errc::corrupt}) {
    const Response response = problem(Error{code, "SELECT failed"});
    EXPECT_GE(response.status, 500);
    EXPECT_THAT(response.body, Not(HasSubstr("SELECT")));
  }
  EXPECT_THAT(problem(Error{Errc::invalid_input, "\"code\" is missing"}).body,
              HasSubstr("is missing"));
}

TEST(Problem, WhoMayTryAgainIsToldWhen) {
  ProblemExtras extras;
  extras.retry_after = Seconds(900);
  const Response paused = problem(Reason::too_many_attempts, extras);
  EXPECT_THAT(paused.headers, Contains(Pair("Retry-After", "900")));
  EXPECT_EQ(body_of(paused).at("retry_after"), 900);
  EXPECT_THAT(problem(Error{Errc::unavailable, ""}).headers, Contains(Pair("Retry-After", "1")));
}

TEST(Problem, ExtrasAreShownAsGiven) {
  ProblemExtras extras;
  extras.detail = "look here";
  extras.attempts_left = 4;
  extras.evidence = boost::json::object{{"off", -1441}};
  const boost::json::object body = body_of(problem(Reason::outside_window, extras));
  EXPECT_EQ(body.at("detail"), "look here");
  EXPECT_EQ(body.at("attempts_left"), 4);
  EXPECT_EQ(body.at("evidence").at("off"), -1441);
}

TEST(Problem, DetailsAreAscii) {
  const boost::json::object body = body_of(problem(Error{Errc::invalid_input, "a\xC3\nb"}));
  EXPECT_EQ(body.at("detail"), "a??b");
}

TEST(Problem, EveryRefusalHasAStatusATitleAndAName) {
  for (int i = 0; i < kRefusals; ++i) {
    const auto kind = static_cast<RefusalKind>(i);
    const Response response = problem(Refusal{kind, "why", ""});
    const boost::json::object body = body_of(response);
    EXPECT_EQ(response.status, status_of(kind));
    EXPECT_GE(response.status, 400);
    EXPECT_EQ(body.at("reason").as_string(), reason_of(kind));
    EXPECT_FALSE(body.at("title").as_string().empty());
    EXPECT_EQ(body.at("detail"), "why");
  }
}

TEST(Problem, RefusalsCarryTheFieldsHttpAsksFor) {
  EXPECT_THAT(problem(Refusal{RefusalKind::unauthenticated, "", ""}).headers,
              Contains(Pair("WWW-Authenticate", "Bearer")));
  EXPECT_THAT(problem(Refusal{RefusalKind::method_not_allowed, "", "GET, PUT"}).headers,
              Contains(Pair("Allow", "GET, PUT")));
  EXPECT_THAT(problem(Refusal{RefusalKind::overloaded, "", ""}).headers,
              Contains(Pair("Retry-After", "1")));
  EXPECT_THAT(problem(Refusal{RefusalKind::too_many_requests, "", "", Seconds(7)}).headers,
              Contains(Pair("Retry-After", "7")));
}

}  // namespace
}  // namespace lockstep
