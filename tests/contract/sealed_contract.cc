// SPDX-License-Identifier: Apache-2.0
// What a change of the key that seals everything asks of a store.
#include "store_contract.h"

namespace lockstep {
namespace {

KeyId key(std::uint8_t number) {
  KeyId id{};
  id.fill(number);
  return id;
}

/// Something that says it is sealed under the key `number`; `body` tells two of them apart.
Sealed sealed_under(std::uint8_t number, std::uint8_t body = 0) {
  Bytes bytes(9, number);
  bytes.front() = 2;
  bytes.push_back(body);
  return Sealed(std::move(bytes));
}

Token token_under(std::uint8_t number, std::uint64_t id) {
  Token token = a_token(id, "T-" + std::to_string(id));
  token.seed = sealed_under(number, static_cast<std::uint8_t>(id));
  return token;
}

Ticket ticket_under(std::uint8_t key_number, std::uint8_t number) {
  Ticket ticket = a_ticket(number);
  ticket.sealed = sealed_under(key_number, number);
  return ticket;
}

/// Everything that is sealed, read in pages of `limit`.
std::vector<SealedRow> all_sealed(Store& store, std::uint32_t limit) {
  std::vector<SealedRow> found;
  std::optional<SealedPlace> after;
  while (true) {
    const std::vector<SealedRow> page = store.sealed(after, limit).value();
    if (page.empty()) return found;
    EXPECT_LE(page.size(), limit);
    found.insert(found.end(), page.begin(), page.end());
    after = page.back().place;
  }
}

TEST_P(StoreContract, WhatIsSealedIsReadInPagesOfAnySize) {
  EXPECT_TRUE(store().sealed(std::nullopt, 10).value().empty());
  for (const std::uint64_t id : {3U, 1U, 2U}) must(InsertToken{token_under(7, id)});
  Ticket without = a_ticket(1);
  without.sealed.reset();
  must(InsertTicket{without});
  for (const std::uint8_t number : {std::uint8_t{3}, std::uint8_t{2}})
    must(InsertTicket{ticket_under(8, number)});
  must(InsertServiceKey{"pin", sealed_under(7)});
  must(InsertServiceKey{"audit", sealed_under(9)});

  for (const std::uint32_t limit : {1U, 2U, 3U, 1'000U}) {
    const std::vector<SealedRow> rows = all_sealed(store(), limit);
    ASSERT_EQ(rows.size(), 7U) << limit;
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(rows[i].place, SealedPlace(TokenId(i + 1)));
      EXPECT_TRUE(rows[i].sealed == sealed_under(7, static_cast<std::uint8_t>(i + 1)));
      EXPECT_FALSE(rows[i].ticket);
      EXPECT_EQ(rows[i].name, "T-" + std::to_string(i + 1));
    }
    for (std::size_t i = 3; i < 5; ++i) {
      EXPECT_EQ(rows[i].place, SealedPlace(a_ticket(static_cast<std::uint8_t>(i - 1)).hash));
      EXPECT_EQ(rows[i].ticket, TicketKind::resync);
    }
    EXPECT_EQ(rows[5].place, SealedPlace("audit"));
    EXPECT_EQ(rows[6].place, SealedPlace("pin"));
    EXPECT_TRUE(rows[6].sealed == sealed_under(7));
  }
  EXPECT_EQ(error_of(store().sealed(std::nullopt, 0)), Errc::invalid_input);
  EXPECT_EQ(error_of(store().sealed(std::nullopt, 1'001)), Errc::invalid_input);
}

TEST_P(StoreContract, WhatIsSealedIsCountedByItsKey) {
  EXPECT_TRUE(store().sealed_by_key().value().empty());
  must(InsertToken{token_under(7, 1)});
  must(InsertToken{token_under(8, 2)});
  must(InsertTicket{ticket_under(7, 1)});
  must(InsertServiceKey{"pin", sealed_under(7)});
  must(InsertToken{a_token(3, "SHORT")});  // five bytes: too damaged to name a key
  const std::map<KeyId, std::uint64_t> expected{{key(7), 3}, {key(8), 1}, {KeyId{}, 1}};
  EXPECT_EQ(store().sealed_by_key().value(), expected);
}

TEST_P(StoreContract, ReplacingASealedSecretLeavesTheRestOfTheRowAndItsVersion) {
  must(InsertToken{token_under(7, 1)});
  must(InsertToken{token_under(7, 2)});
  must(InsertTicket{ticket_under(7, 1)});
  must(InsertServiceKey{"pin", sealed_under(7)});
  const TicketHash hash = a_ticket(1).hash;
  must(ReplaceSealed{TokenId(1), sealed_under(7, 1), sealed_under(8, 1)});
  must(ReplaceSealed{hash, sealed_under(7, 1), sealed_under(8, 1)});
  must(ReplaceSealed{"pin", sealed_under(7), sealed_under(8)});

  Token expected = token_under(8, 1);
  expect_same(token("T-1"), expected);
  expect_same(token("T-2"), token_under(7, 2));
  const Ticket ticket = store().ticket(hash).value().value();
  EXPECT_TRUE(ticket.sealed == sealed_under(8, 1));
  EXPECT_EQ(ticket.version, RowVersion(1));
  EXPECT_EQ(ticket.data, a_ticket(1).data);
  EXPECT_TRUE(store().service_key("pin").value() == sealed_under(8));
  // A log-in that read the row before goes on as if nothing had happened.
  must(UpdateProgress{TokenId(1), RowVersion(1), expected.progress, TokenStatus::enabled});
}

TEST_P(StoreContract, ASealedSecretThatIsNotAsItWasReadStays) {
  must(InsertToken{token_under(7, 1)});
  must(ReplaceSealed{TokenId(1), sealed_under(7, 99), sealed_under(8, 1)});
  must(ReplaceSealed{TokenId(2), sealed_under(7, 1), sealed_under(8, 1)});
  must(ReplaceSealed{a_ticket(1).hash, sealed_under(7, 1), sealed_under(8, 1)});
  must(ReplaceSealed{"pin", sealed_under(7), sealed_under(8)});
  expect_same(token("T-1"), token_under(7, 1));
  EXPECT_FALSE(store().service_key("pin").value());
}

TEST_P(StoreContract, NothingNewIsSealedUnderARetiredKey) {
  must(InsertToken{token_under(7, 1)});
  must(InsertTicket{ticket_under(7, 1)});
  must(RetireKey{key(7)});
  EXPECT_EQ(error_of(commit(RetireKey{key(7)})), Errc::conflict);

  Ticket changed = ticket_under(7, 1);
  const Change refused[] = {InsertToken{token_under(7, 2)}, InsertTicket{ticket_under(7, 2)},
                            UpdateTicket{changed}, InsertServiceKey{"pin", sealed_under(7)},
                            ReplaceSealed{TokenId(1), sealed_under(7, 1), sealed_under(7, 3)}};
  for (const Change& change : refused) {
    EXPECT_EQ(error_of(commit(change)), Errc::unavailable) << change.index();
  }
  EXPECT_EQ(store().sealed_by_key().value().at(key(7)), 2U);

  // What is there is used on, also by an operator who read it before.
  Token edited = token_under(7, 1);
  edited.model = "renamed";
  must(UpdateToken{edited});
  must(InsertToken{token_under(8, 2)});
  must(ReplaceSealed{TokenId(1), sealed_under(7, 1), sealed_under(8, 1)});
  EXPECT_EQ(token("T-1").model, "renamed");
}

}  // namespace
}  // namespace lockstep
