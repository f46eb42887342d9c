// SPDX-License-Identifier: Apache-2.0
#include "front/radius/accounting.h"

#include <gtest/gtest.h>

#include "front/radius/desk_fixture.h"

namespace lockstep {
namespace {

using Attributes = std::vector<std::pair<int, std::string>>;

std::string number(std::uint32_t value) {
  std::string text;
  for (unsigned shift : {24U, 16U, 8U, 0U}) text += static_cast<char>((value >> shift) & 0xFFU);
  return text;
}

/// An Accounting-Request as RFC 2866 section 3 makes it.
Bytes report_of(const Attributes& attributes, std::uint8_t id = 1,
                const std::string& shared = kShared) {
  Bytes bytes{4, id, 0, 0};
  bytes.resize(20);
  for (const auto& [type, value] : attributes) {
    bytes.push_back(static_cast<std::uint8_t>(type));
    bytes.push_back(static_cast<std::uint8_t>(value.size() + 2));
    bytes.insert(bytes.end(), value.begin(), value.end());
  }
  bytes[2] = static_cast<std::uint8_t>(bytes.size() >> 8U);
  bytes[3] = static_cast<std::uint8_t>(bytes.size());
  const Md5Digest digest = radius_digest(bytes, Secret::copy_of(shared));
  std::copy(digest.begin(), digest.end(), bytes.begin() + 4);
  return bytes;
}

Attributes start_of(const std::string& user) {
  return {{1, user}, {40, number(1)}, {44, "s-1"}, {31, "198.51.100.7"}, {8, number(0x0A000009)}};
}
Attributes stop_of(const std::string& user) {
  return {{1, user},       {40, number(2)}, {44, "s-1"},     {46, number(60)},
          {42, number(7)}, {52, number(1)}, {43, number(9)}, {49, number(1)}};
}

AccessReport read_report(const Attributes& attributes) {
  return read_accounting(RadiusPacket::parse(report_of(attributes)).value()).value();
}

TEST(ReadAccounting, AStartSaysWhoAndWhere) {
  const AccessReport report = read_report(start_of("anna"));
  EXPECT_EQ(report.kind, AccessReport::Kind::started);
  EXPECT_EQ(report.user, "anna");
  EXPECT_EQ(report.client, "198.51.100.7");
  EXPECT_EQ(report.session, "s-1");
  EXPECT_EQ(report.address, "10.0.0.9");
  EXPECT_FALSE(report.seconds);
}

TEST(ReadAccounting, AStopSaysHowLongAndHowMuch) {
  const AccessReport report = read_report(stop_of("anna"));
  EXPECT_EQ(report.kind, AccessReport::Kind::ended);
  EXPECT_EQ(report.seconds, 60U);
  EXPECT_EQ(report.bytes_in, (std::uint64_t{1} << 32U) + 7);
  EXPECT_EQ(report.bytes_out, 9U);
  EXPECT_EQ(report.cause, "user_request");
}

TEST(ReadAccounting, WhatIsOfAnotherFormIsLeftOut) {
  const AccessReport report =
      read_report({{40, number(2)}, {46, "x"}, {49, number(99)}, {8, "abc"}});
  EXPECT_FALSE(report.seconds);
  EXPECT_FALSE(report.address);
  EXPECT_EQ(report.cause, "99");
}

TEST(ReadAccounting, OtherKindsAreNothingToWriteDown) {
  for (const Attributes& other : {Attributes{{40, number(3)}}, Attributes{{40, number(7)}},
                                  Attributes{{40, "x"}}, Attributes{{1, "anna"}}}) {
    EXPECT_FALSE(read_accounting(RadiusPacket::parse(report_of(other)).value()));
  }
}

// ---- At the desk

class AccountingDesk : public DeskTest {
 protected:
  /// The code of the reply; none, where there is none.
  std::optional<RadiusCode> deliver(const Bytes& request) {
    auto received = desk->receive(request, sender());
    if (const auto* bytes = std::get_if<Bytes>(&received)) {
      return RadiusPacket::parse(*bytes)->code();
    }
    auto* work = std::get_if<RadiusWork>(&received);
    if (work == nullptr) return std::nullopt;
    const auto reply = desk->judge(*work);
    desk->done(*work, reply);
    if (!reply) return std::nullopt;
    const RadiusPacket packet = RadiusPacket::parse(reply->bytes).value();
    Md5Digest asked{};
    std::copy_n(request.begin() + 4, asked.size(), asked.begin());
    // RFC 2866 section 3: the Response Authenticator is all its proof.
    EXPECT_EQ(check_reply(packet, asked, Secret::copy_of(kShared)), RadiusProof::missing);
    return packet.code();
  }
};

TEST_F(AccountingDesk, BeginningAndEndStandWithTheUsersActivity) {
  EXPECT_EQ(deliver(report_of(start_of("anna"), 1)), RadiusCode::accounting_response);
  AuditEvent event = store.audit({}).value().front().event;
  EXPECT_EQ(event.kind, EventKind::access_session_started);
  EXPECT_EQ(event.user, name("anna"));
  EXPECT_EQ(event.source, "gate 198.51.100.7");
  EXPECT_EQ(deliver(report_of(stop_of("anna"), 2)), RadiusCode::accounting_response);
  event = store.audit({}).value().front().event;
  EXPECT_EQ(event.kind, EventKind::access_session_ended);
  EXPECT_EQ(desk->meter().of(RadiusFate::accounted), 2U);
}

TEST_F(AccountingDesk, WhatComesAgainIsWrittenDownOnce) {
  const Bytes request = report_of(start_of("anna"));
  EXPECT_EQ(deliver(request), RadiusCode::accounting_response);
  const std::uint64_t records = store.own_chain().head.seq;
  EXPECT_EQ(deliver(request), RadiusCode::accounting_response);
  EXPECT_EQ(store.own_chain().head.seq, records);
}

TEST_F(AccountingDesk, InterimReportsAreAnsweredAndNotWrittenDown) {
  const std::uint64_t records = store.own_chain().head.seq;
  EXPECT_EQ(deliver(report_of({{1, "anna"}, {40, number(3)}})), RadiusCode::accounting_response);
  EXPECT_EQ(store.own_chain().head.seq, records);
}

TEST_F(AccountingDesk, WhoDoesNotKnowTheSecretIsNotHeard) {
  EXPECT_FALSE(deliver(report_of(start_of("anna"), 1, "quite another secret")));
  EXPECT_EQ(desk->meter().of(RadiusFate::forged), 1U);
}

TEST_F(AccountingDesk, ProxyStatesComeBack) {
  const Bytes request = report_of({{40, number(3)}, {33, "one"}, {33, "two"}});
  auto received = desk->receive(request, sender());
  const auto& work = std::get<RadiusWork>(received);
  const auto reply = desk->judge(work);
  desk->done(work, reply);
  const RadiusPacket packet = RadiusPacket::parse(reply->bytes).value();
  ASSERT_EQ(packet.attributes().size(), 2U);
  EXPECT_EQ(packet.text(RadiusType::proxy_state), "one");
}

}  // namespace
}  // namespace lockstep
