// SPDX-License-Identifier: Apache-2.0
#include "front/rest/failure_log.h"

#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/json.h"
#include "front/rest/errors.h"
#include "testing/fake_clock.h"
#include "testing/seeded_random.h"

namespace lockstep {
namespace {

using ::testing::MatchesRegex;

class FailureLogTest : public ::testing::Test {
 protected:
  static std::string reference_in(const Response& response) {
    const boost::json::object body = parse_json(response.body).value().as_object();
    const auto* found = body.if_contains("reference");
    return found == nullptr ? "" : std::string(found->as_string());
  }

  FakeClock clock_;
  SeededRandom random_{1};
  std::vector<std::string> lines_;
  FailureLog log_{clock_, random_, [this](const std::string& why, const std::string& reference) {
                    lines_.push_back(reference + " " + why);
                  }};
};

TEST_F(FailureLogTest, AReferenceIsShortAndHasNoLettersThatLookAlike) {
  EXPECT_THAT(log_.note("why"), MatchesRegex("[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}"));
}

TEST_F(FailureLogTest, TheAnswerAndTheLineOfItsCauseHaveTheSameReference) {
  const Response answer =
      log_.refer(problem(Error{Errc::unavailable, "the disk is full"}), "the disk is full");
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_EQ(lines_.front(), reference_in(answer) + " the disk is full");
  EXPECT_EQ(answer.body.find("disk"), std::string::npos) << "The cause is for the log.";
}

TEST_F(FailureLogTest, AProblemWithoutAnErrorIsWrittenAsItDescribesItself) {
  static_cast<void>(log_.refer(problem(Refusal{RefusalKind::overloaded, "the queue is full", ""})));
  static_cast<void>(log_.refer(problem(Reason::clock_unhealthy, {})));
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_THAT(lines_[0], ::testing::EndsWith(" overloaded: the queue is full"));
  EXPECT_THAT(lines_[1], ::testing::EndsWith(" clock_unhealthy"));
}

TEST_F(FailureLogTest, WhatIsNotOurFaultHasNoReference) {
  const Response answer = problem(Error{Errc::not_found, "no such token"});
  EXPECT_EQ(log_.refer(answer).body, answer.body);
  EXPECT_TRUE(lines_.empty());
}

TEST_F(FailureLogTest, TheSameCauseWithinASecondIsOneLine) {
  const std::string first = log_.note("away");
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(log_.note("away"), first);
  EXPECT_EQ(lines_.size(), 1U);
  EXPECT_NE(log_.note("another"), first);
  clock_.advance(FailureLog::kShared);
  EXPECT_NE(log_.note("away"), first);
  EXPECT_EQ(lines_.size(), 3U);
}

TEST_F(FailureLogTest, OfManyCausesTheOldestIsForgotten) {
  std::set<std::string> references;
  for (std::size_t i = 0; i <= FailureLog::kCausesMax; ++i) {
    references.insert(log_.note(std::to_string(i)));
  }
  EXPECT_EQ(references.size(), FailureLog::kCausesMax + 1);
  EXPECT_FALSE(references.contains(log_.note("0")));
  EXPECT_TRUE(references.contains(log_.note(std::to_string(FailureLog::kCausesMax))));
}

}  // namespace
}  // namespace lockstep
