// SPDX-License-Identifier: Apache-2.0
#include "front/cli/session.h"

#include <gtest/gtest.h>

#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"

namespace lockstep {
namespace {

class SessionTest : public testing::Test {
 protected:
  ExitCode call(Format format, ApiReply reply) {
    transport_.replies = {std::move(reply)};
    CliSession session{terminal_, transport_, format};
    return call_api(session, {"GET", "/api/v1/users", "", ""}, says("all is well\n"));
  }

  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(SessionTest, AGoodAnswerIsPutIntoWords) {
  EXPECT_EQ(call(Format::words, {200, R"({"a":1})"}), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "all is well\n");
  EXPECT_EQ(terminal_.complained, "");
}

TEST_F(SessionTest, WithJsonTheAnswerIsPrintedAsItCame) {
  EXPECT_EQ(call(Format::json, {200, R"({"a":1})"}), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "{\"a\":1}\n");
}

TEST_F(SessionTest, AnAnswerWithoutBodyIsGood) {
  EXPECT_EQ(call(Format::words, {204, ""}), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "all is well\n");
}

TEST_F(SessionTest, WithJsonAnAnswerWithoutBodyPrintsNothing) {
  EXPECT_EQ(call(Format::json, {204, ""}), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "");
}

TEST_F(SessionTest, AProblemIsExplainedWithItsReason) {
  EXPECT_EQ(call(Format::words,
                 {404, R"({"title":"Not found","detail":"no user anna","reason":"not_found"})"}),
            ExitCode::not_found);
  EXPECT_EQ(terminal_.said, "");
  EXPECT_EQ(terminal_.complained, "lockstep: no user anna (not_found)\n");
}

TEST_F(SessionTest, AProblemWithoutDetailHasItsTitle) {
  EXPECT_EQ(call(Format::words, {503, R"({"title":"Unavailable"})"}), ExitCode::unavailable);
  EXPECT_EQ(terminal_.complained, "lockstep: Unavailable\n");
}

TEST_F(SessionTest, AProblemThatIsNotJsonHasItsStatus) {
  EXPECT_EQ(call(Format::words, {500, "<html>"}), ExitCode::internal);
  EXPECT_EQ(terminal_.complained, "lockstep: HTTP status 500\n");
}

TEST_F(SessionTest, WithJsonTheProblemIsPrintedAndTheExitCodeStays) {
  EXPECT_EQ(call(Format::json, {409, R"({"reason":"conflict"})"}), ExitCode::conflict);
  EXPECT_EQ(terminal_.said, "{\"reason\":\"conflict\"}\n");
}

TEST_F(SessionTest, AGoodAnswerThatIsNotJsonIsAFailure) {
  EXPECT_EQ(call(Format::words, {200, "<html>"}), ExitCode::unavailable);
}

TEST_F(SessionTest, WithoutAnswerTheTransportSaysWhy) {
  CliSession session{terminal_, transport_, Format::words};
  EXPECT_EQ(call_api(session, {"GET", "/", "", ""}, says("")), ExitCode::unavailable);
  EXPECT_EQ(terminal_.complained, "lockstep: nobody answers\n");
}

TEST_F(SessionTest, AnErrorCannotSteerTheTerminal) {
  EXPECT_EQ(report(terminal_, {Errc::conflict, "bad \x1b[2J"}), ExitCode::conflict);
  EXPECT_EQ(terminal_.complained, "lockstep: bad ?[2J\n");
}

}  // namespace
}  // namespace lockstep
