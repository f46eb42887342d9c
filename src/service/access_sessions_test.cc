// SPDX-License-Identifier: Apache-2.0
#include "service/access_sessions.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

class AccessSessions : public World {
 public:
  AccessSessions() { add_user("anna"); }

  std::string recorded(const AccessReport& report) {
    EXPECT_TRUE(record_access(*services, client(), report));
    const AuditEvent event = last_record().event;
    std::string text(name_of(event.kind));
    text += ' ' + (event.user ? event.user->text() : "nobody") + " from " + event.source;
    for (const auto& [name, value] : event.details) text += ' ' + name + '=' + value;
    return text;
  }
};

TEST_F(AccessSessions, BeginningAndEndAreWrittenDown) {
  AccessReport report{.user = "Anna", .client = "198.51.100.7", .session = "s-1"};
  report.address = "10.0.0.9";
  EXPECT_EQ(recorded(report),
            "access_session.started anna from vpn 198.51.100.7 session=s-1 address=10.0.0.9");
  report.kind = AccessReport::Kind::ended;
  report.seconds = 60;
  report.bytes_in = 5'000'000'000;
  report.bytes_out = 7;
  report.cause = "user_request";
  EXPECT_EQ(recorded(report),
            "access_session.ended anna from vpn 198.51.100.7 session=s-1 address=10.0.0.9 "
            "seconds=60 bytes_in=5000000000 bytes_out=7 cause=user_request");
}

TEST_F(AccessSessions, ANameThatNobodyHasIsNotWrittenDown) {
  EXPECT_EQ(recorded({.user = "hunter2", .client = "", .session = "s"}),
            "access_session.started nobody from vpn session=s");
  EXPECT_EQ(recorded({.user = "\xff", .client = "", .session = "s"}),
            "access_session.started nobody from vpn session=s");
}

TEST_F(AccessSessions, TextsAreCutAndMadePlain) {
  const std::string text =
      recorded({.user = "anna", .client = "a\nb", .session = std::string(500, 'x')});
  EXPECT_NE(text.find("from vpn a?b "), std::string::npos);
  EXPECT_EQ(text.find(std::string(kAccessTextBytesMax + 1, 'x')), std::string::npos);
}

}  // namespace
}  // namespace lockstep
