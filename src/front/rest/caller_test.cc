// SPDX-License-Identifier: Apache-2.0
#include "front/rest/caller.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

class CallerTest : public World {
 protected:
  Result<Caller> who(PeerKind kind, std::optional<std::uint32_t> uid,
                     const std::string& authorization = "") {
    constexpr std::uint32_t kServiceUid = 990;
    Request request;
    request.peer = {kind, "", uid};
    request.authorization = authorization;
    return identify_caller(*services, kServiceUid, request);
  }

  std::string key() {
    return create_api_key(*services, owner(), "vpn", {Permission::authenticate}).value().text;
  }
};

TEST_F(CallerTest, RootAndTheServiceAreTheOwnerOnThisMachineOnly) {
  const struct {
    const char* word;
    PeerKind kind;
    std::optional<std::uint32_t> uid;
    bool owner;
  } cases[] = {
      {"root on the socket", PeerKind::unix_socket, 0, true},
      {"the service on the socket", PeerKind::unix_socket, 990, true},
      {"another on the socket", PeerKind::unix_socket, 1000, false},
      {"nobody knows who", PeerKind::unix_socket, std::nullopt, false},
      {"root in process", PeerKind::in_process, 0, true},
      {"another in process", PeerKind::in_process, 1000, false},
      {"over the network", PeerKind::tcp, std::nullopt, false},
      {"a uid over the network", PeerKind::tls, 0, false},
  };
  for (const auto& one : cases) {
    const Result<Caller> caller = who(one.kind, one.uid);
    EXPECT_EQ(caller.has_value(), one.owner) << one.word;
    if (caller) {
      EXPECT_EQ(caller->permissions, Permissions::all()) << one.word;
    } else {
      EXPECT_EQ(caller.error().code, Errc::unauthenticated) << one.word;
    }
  }
}

TEST_F(CallerTest, AKeyIsItsHolder) {
  const std::string text = key();
  for (const std::string scheme : {"Bearer ", "bearer ", "BEARER  "}) {
    const Result<Caller> caller = who(PeerKind::tls, std::nullopt, scheme + text);
    ASSERT_TRUE(caller) << scheme;
    EXPECT_EQ(caller->actor, Actor("key:vpn"));
    EXPECT_EQ(caller->permissions, Permissions{Permission::authenticate});
  }
}

TEST_F(CallerTest, WhoNamesAKeyIsNoMoreThanItsHolder) {
  const Result<Caller> caller = who(PeerKind::unix_socket, 0, "Bearer " + key());
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->actor, Actor("key:vpn"));
  EXPECT_FALSE(who(PeerKind::unix_socket, 0, "Bearer lsk_unknown"));
}

TEST_F(CallerTest, AnythingElseIsUnauthenticatedAndNotRepeated) {
  const std::string text = key();
  for (const std::string& header :
       {std::string("Bearer"), std::string("Bearer "), text, "Basic " + text, "Bearer x" + text,
        "Bearer " + text.substr(0, text.size() - 1), "Bearer " + std::string(5'000, 'x')}) {
    const Result<Caller> caller = who(PeerKind::tcp, std::nullopt, header);
    ASSERT_FALSE(caller) << header.size();
    EXPECT_EQ(caller.error().code, Errc::unauthenticated);
    EXPECT_EQ(caller.error().context.find(text), std::string::npos);
  }
}

TEST_F(CallerTest, ARevokedKeyIsUnknown) {
  const std::string text = key();
  ASSERT_TRUE(revoke_api_key(*services, owner(), "vpn"));
  EXPECT_FALSE(who(PeerKind::tls, std::nullopt, "Bearer " + text));
}

}  // namespace
}  // namespace lockstep
