// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class ClockApi : public ApiTest {
 protected:
  ClockApi() { add_user("anna"); }
};

TEST_F(ClockApi, SaysWhatIsThoughtOfTheClock) {
  const Seen trusted = get("/clock");
  EXPECT_EQ(trusted.status(), 200);
  EXPECT_EQ(trusted.text("state"), "trusted");
  clock.jump_wall(Seconds(-90));
  const Seen doubted = get("/clock");
  EXPECT_EQ(doubted.text("state"), "in_doubt");
  EXPECT_EQ(doubted.text("why"), "jumped");
  EXPECT_EQ(doubted.json.as_object().at("off_seconds").as_int64(), -90);
  EXPECT_THAT(doubted.text("text"), HasSubstr("90.0 s back"));
  const Seen ready = send(request_for(Method::get, "/readyz", ""));
  EXPECT_EQ(ready.status(), 200) << "Log-ins go on.";
  EXPECT_EQ(ready.text("clock"), "in_doubt");
}

TEST_F(ClockApi, IsConfirmedByWhoMayWriteThePolicy) {
  EXPECT_EQ(post("/clock/confirm", "").verdict(), "409 conflict");
  clock.jump_wall(Seconds(90));
  EXPECT_EQ(call_with({Permission::tokens_read}, Method::post, "/clock/confirm").status(), 403);
  const Seen confirmed = call_with({Permission::policy_write}, Method::post, "/clock/confirm");
  EXPECT_EQ(confirmed.status(), 200);
  EXPECT_EQ(confirmed.text("state"), "trusted");
}

TEST_F(ClockApi, AResynchronisationInDoubtIs503WithAReferenceThatTheLogHas) {
  add_fob("anna", "FOB1");
  clock.jump_wall(Seconds(90));
  const std::string body = R"({"codes":["111111","222222"]})";
  const Seen seen = post("/tokens/FOB1/resync", body);
  EXPECT_EQ(seen.verdict(), "503 clock_unhealthy");
  EXPECT_THAT(seen.text("detail"), HasSubstr("NTP"));
  EXPECT_EQ(seen.text("reference").size(), 9U);
  EXPECT_THAT(warned_, Contains(HasSubstr("clock_unhealthy")));
  const Seen blind =
      call_with({Permission::tokens_resync}, Method::post, "/tokens/FOB1/resync", body);
  EXPECT_EQ(blind.verdict(), "503 clock_unhealthy");
  EXPECT_FALSE(blind.json.as_object().contains("detail")) << "It is for who may diagnose.";
}

}  // namespace
}  // namespace lockstep
