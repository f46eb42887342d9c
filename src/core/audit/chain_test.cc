// SPDX-License-Identifier: Apache-2.0
#include "core/audit/chain.h"

#include <functional>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

AuditEvent sample() {
  return {.kind = EventKind::login_refused,
          .at = WallTime(Seconds(1'800'000'000)),
          .actor = Actor("key:vpn"),
          .user = UserName::parse("elif").value(),
          .serial = Serial::parse("1005897824").value(),
          .reason = Reason::no_match,
          .source = "vpn 192.0.2.7",
          .details = {{"off", "12"}, {"unit", "codes"}}};
}

TEST(AuditChain, RecordsFollowEachOther) {
  const NodeId node(9);
  const AuditRecord first = link(node, {}, sample());
  const AuditRecord second = link(node, {first.seq, first.hash}, sample());
  EXPECT_EQ(first.seq, 1U);
  EXPECT_EQ(second.seq, 2U);
  EXPECT_TRUE(follows({}, first));
  EXPECT_TRUE(follows({first.seq, first.hash}, second));
  EXPECT_FALSE(follows({}, second)) << "a gap";
}

TEST(AuditChain, AnyEditIsFound) {
  const std::vector<std::function<void(AuditRecord&)>> edits = {
      [](AuditRecord& r) { r.event.kind = EventKind::login_accepted; },
      [](AuditRecord& r) { r.event.at += Micros(1); },
      [](AuditRecord& r) { r.event.actor = Actor("owner"); },
      [](AuditRecord& r) { r.event.user = UserName::parse("eva").value(); },
      [](AuditRecord& r) { r.event.user.reset(); },
      [](AuditRecord& r) { r.event.serial.reset(); },
      [](AuditRecord& r) { r.event.reason = Reason::none; },
      [](AuditRecord& r) { r.event.source += "0"; },
      [](AuditRecord& r) { r.event.details.pop_back(); },
      [](AuditRecord& r) {
        r.event.details[0].first = "of";
        r.event.details[0].second = "f12";
      },
      [](AuditRecord& r) { std::swap(r.event.details[0], r.event.details[1]); },
      [](AuditRecord& r) { r.hash[31] ^= 1U; },
      [](AuditRecord& r) { r.seq += 1; },
      [](AuditRecord& r) { r.node = NodeId(10); },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    AuditRecord record = link(NodeId(9), {}, sample());
    edits[i](record);
    EXPECT_FALSE(follows({}, record)) << "edit " << i;
  }
}

}  // namespace
}  // namespace lockstep
