// SPDX-License-Identifier: Apache-2.0
#include "service/tickets.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

using Tickets = World;

TEST_F(Tickets, AreFoundByTheirSecretUntilTheyExpireAndOnlyAsTheirKind) {
  const TicketSecret secret = make_ticket_secret(random);
  EXPECT_EQ(secret.text.size(), 43U);
  const WallTime until = clock.now().wall + Seconds(10);
  ASSERT_TRUE(store.commit(ChangeSet{{InsertTicket{Ticket{.hash = secret.hash,
                                                          .kind = TicketKind::resync,
                                                          .data = "{}",
                                                          .sealed = {},
                                                          .expires_at = until,
                                                          .version = {}}}},
                                     {}}));
  const auto found = [&](const std::string& text, TicketKind kind, WallTime now) {
    return find_ticket(*services, text, kind, now)->has_value();
  };
  EXPECT_TRUE(found(secret.text, TicketKind::resync, until));
  EXPECT_FALSE(found(secret.text, TicketKind::resync, until + Micros(1)));
  EXPECT_FALSE(found(secret.text, TicketKind::challenge, clock.now().wall));
  EXPECT_FALSE(found(secret.text + "A", TicketKind::resync, clock.now().wall));
}

TEST_F(Tickets, SecretsAndSealIdsDiffer) {
  const TicketSecret one = make_ticket_secret(random);
  const TicketSecret two = make_ticket_secret(random);
  EXPECT_NE(one.text, two.text);
  EXPECT_NE(seal_id(one.hash), seal_id(two.hash));
  EXPECT_EQ(ticket_hash(one.text), one.hash);
}

}  // namespace
}  // namespace lockstep
