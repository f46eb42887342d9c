// SPDX-License-Identifier: Apache-2.0
// Searching, paging, and the audit.
#include "store_contract.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> names(const Result<std::vector<User>>& users) {
  std::vector<std::string> result;
  for (const User& user : users.value()) result.push_back(user.name.text());
  return result;
}

std::vector<std::string> serials(const Result<std::vector<TokenRow>>& rows) {
  std::vector<std::string> result;
  for (const TokenRow& row : rows.value()) result.push_back(row.token.serial.text());
  return result;
}

User named(std::uint64_t id, const std::string& name, const std::string& first,
           const std::string& last) {
  User user = a_user(id, name);
  user.first_name = first;
  user.last_name = last;
  return user;
}

TEST_P(StoreContract, UsersAreFoundWithoutAccentsAndCase) {
  must(InsertUser{named(1, "zmu", "Zoë", "Müller")});
  must(InsertUser{named(2, "abc", "Anna", "Berg")});
  for (const char* search : {"muller", "MÜLLER", "zoe", "Zoë Mül", "ZMU@example", "", "zmu"}) {
    EXPECT_THAT(names(store().users({.search = search}, {})), testing::Contains("zmu")) << search;
  }
  EXPECT_THAT(names(store().users({.search = "muller"}, {})), ElementsAre("zmu"));
  EXPECT_THAT(names(store().users({.search = "zmuzoe"}, {})), IsEmpty());
}

TEST_P(StoreContract, SignsThatMeanSomethingInAPatternMeanThemselves) {
  must(InsertUser{named(1, "percent", "100%", "a_b")});
  must(InsertUser{named(2, "other", "1000", "axb")});
  must(InsertUser{named(3, "slash", "c\\d", "'; DROP TABLE users; --")});
  EXPECT_THAT(names(store().users({.search = "0%"}, {})), ElementsAre("percent"));
  EXPECT_THAT(names(store().users({.search = "a_b"}, {})), ElementsAre("percent"));
  EXPECT_THAT(names(store().users({.search = "c\\d"}, {})), ElementsAre("slash"));
  EXPECT_THAT(names(store().users({.search = "'; drop"}, {})), ElementsAre("slash"));
}

TEST_P(StoreContract, AUserIsFoundByTheSerialOfATokenAndByGroup) {
  must(InsertUser{a_user(1, "anna")});
  must(InsertUser{a_user(2, "berta")});
  Token owned = a_token(1, "SN-1234");
  owned.owner = UserId(2);
  must(InsertToken{owned});
  must(InsertGroup{group_name("vpn")});
  must(AddMember{group_name("vpn"), UserId(1)});
  EXPECT_THAT(names(store().users({.search = "sn-1234"}, {})), ElementsAre("berta"));
  const UserQuery in_vpn{.search = "", .group = group_name("vpn")};
  EXPECT_THAT(names(store().users(in_vpn, {})), ElementsAre("anna"));
  const UserQuery both{.search = "sn-1234", .group = group_name("vpn")};
  EXPECT_THAT(names(store().users(both, {})), IsEmpty());
}

TEST_P(StoreContract, TokensAreFoundBySerialModelStatusAndOwner) {
  must(InsertUser{a_user(1, "anna")});
  Token first = a_token(1, "AB-1");
  first.owner = UserId(1);
  must(InsertToken{first});
  Token second = a_token(2, "CD-2");
  second.model = "Other";
  second.status = TokenStatus::lost;
  must(InsertToken{second});
  EXPECT_THAT(serials(store().tokens({}, {})), ElementsAre("AB-1", "CD-2"));
  EXPECT_THAT(serials(store().tokens({.search = "b-1"}, {})), ElementsAre("AB-1"));
  EXPECT_THAT(serials(store().tokens({.search = "grosse"}, {})), ElementsAre("AB-1"));
  EXPECT_THAT(serials(store().tokens({.search = "ACME"}, {})), ElementsAre("AB-1"));
  TokenQuery query;
  query.status = TokenStatus::lost;
  EXPECT_THAT(serials(store().tokens(query, {})), ElementsAre("CD-2"));
  query = {};
  query.assigned = true;
  EXPECT_THAT(serials(store().tokens(query, {})), ElementsAre("AB-1"));
  EXPECT_EQ(store().tokens(query, {}).value().at(0).owner, user_name("anna"));
  query.assigned = false;
  EXPECT_THAT(serials(store().tokens(query, {})), ElementsAre("CD-2"));
  EXPECT_EQ(store().tokens(query, {}).value().at(0).owner, std::nullopt);
}

TEST_P(StoreContract, TokensAreFoundByHowTheyKeepStep) {
  Token unused = a_token(1, "A-1");
  unused.progress = {};
  must(InsertToken{unused});
  must(InsertToken{a_token(2, "B-2")});
  must(InsertToken{a_token(3, "C-3")});
  TokenQuery query;
  query.sync = SyncState::drifting;
  EXPECT_THAT(serials(store().tokens(query, {})), ElementsAre("B-2", "C-3"));
  EXPECT_THAT(serials(store().tokens(query, {.limit = 1, .after = "B-2"})), ElementsAre("C-3"));
  Progress lost = token("B-2").progress;
  lost.sync = SyncState::out_of_sync;
  must(UpdateProgress{TokenId(2), RowVersion(1), lost, TokenStatus::enabled});
  EXPECT_EQ(store().count_tokens(query).value(), 1U);
  query.sync = SyncState::out_of_sync;
  EXPECT_THAT(serials(store().tokens(query, {})), ElementsAre("B-2"));
  query.search = "c-";
  EXPECT_THAT(serials(store().tokens(query, {})), IsEmpty());
  query.search = {};
  query.sync = SyncState::unused;
  EXPECT_THAT(serials(store().tokens(query, {})), ElementsAre("A-1"));
}

TEST_P(StoreContract, AListSaysGroupsTokensAndTheLastSignInOfEachUser) {
  must(InsertUser{a_user(1, "anna")});
  must(InsertUser{a_user(2, "berta")});
  Token owned = a_token(1, "A-1");
  owned.owner = UserId(1);
  must(InsertToken{owned});
  for (const char* name : {"vpn", "admins"}) {
    must(InsertGroup{group_name(name)});
    must(AddMember{group_name(name), UserId(1)});
  }
  ChangeSet set;
  for (const EventKind kind :
       {EventKind::login_accepted, EventKind::login_accepted_resynced, EventKind::login_refused}) {
    set.events.push_back(an_event("anna", kThen + Seconds(std::ssize(set.events))));
    set.events.back().kind = kind;
  }
  ASSERT_TRUE(store().commit(std::move(set)));
  const User users[] = {user("berta"), user("anna")};
  const std::vector<UserFacts> facts = store().user_facts(users).value();
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_EQ(facts[0], UserFacts{}) << "in the order asked for";
  EXPECT_THAT(facts[1].groups, ElementsAre(group_name("admins"), group_name("vpn")));
  EXPECT_EQ(facts[1].tokens, 1U);
  EXPECT_EQ(facts[1].signed_in_at, kThen + Seconds(1)) << "a refusal is none";
  EXPECT_THAT(store().user_facts({}).value(), IsEmpty());
  const std::vector<User> many(Page::kLimitMax + 1, users[0]);
  EXPECT_EQ(error_of(store().user_facts(many)), Errc::invalid_input);
}

TEST_P(StoreContract, PagesFollowOneAnotherWithoutGapOrRepetition) {
  must(InsertGroup{group_name("all")});
  for (std::uint64_t id = 1; id <= 7; ++id) {
    const std::string text = "n" + std::to_string((id * 5) % 8);
    must(InsertUser{a_user(id, text)});
    must(InsertToken{a_token(id, text)});
    must(InsertGroup{group_name(text)});
    must(InsertApiKey{an_api_key(id, text)});
    must(AddMember{group_name("all"), UserId(id)});
  }
  Page page{.limit = 3, .after = "n2"};
  EXPECT_THAT(names(store().users({}, page)), ElementsAre("n3", "n4", "n5"));
  page.after = "n5";
  EXPECT_THAT(names(store().users({}, page)), ElementsAre("n6", "n7"));
  page.after = "n7";
  EXPECT_THAT(names(store().users({}, page)), IsEmpty());
  EXPECT_THAT(serials(store().tokens({}, {.limit = 2, .after = "N3"})), ElementsAre("N4", "N5"));
  const auto members = store().members(group_name("all"), {.limit = 2, .after = "n1"}).value();
  EXPECT_THAT(members, ElementsAre(user_name("n2"), user_name("n3")));
  const auto groups = store().groups({.limit = 2, .after = "all"}).value();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[1].name, group_name("n2"));
  const auto keys = store().api_keys({.limit = 2, .after = "n6"}).value();
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].name, "n7");
}

TEST_P(StoreContract, APageHasOneToAThousandRows) {
  for (const std::uint32_t limit : {0U, 1'001U}) {
    const Page page{.limit = limit, .after = ""};
    EXPECT_EQ(error_of(store().users({}, page)), Errc::invalid_input);
    EXPECT_EQ(error_of(store().tokens({}, page)), Errc::invalid_input);
    EXPECT_EQ(error_of(store().groups(page)), Errc::invalid_input);
    EXPECT_EQ(error_of(store().members(group_name("x"), page)), Errc::invalid_input);
    EXPECT_EQ(error_of(store().api_keys(page)), Errc::invalid_input);
    EXPECT_EQ(error_of(store().audit({.limit = limit})), Errc::invalid_input);
  }
  EXPECT_EQ(error_of(store().users({}, {.limit = 1'000, .after = ""})), std::nullopt);
}

TEST_P(StoreContract, WhatIsNotUtf8IsInvalidInput) {
  EXPECT_EQ(error_of(store().users({.search = "\xff"}, {})), Errc::invalid_input);
  EXPECT_EQ(error_of(store().tokens({.search = "\xff"}, {})), Errc::invalid_input);
  User bad = a_user(1, "anna");
  bad.last_name = "\xff";
  EXPECT_EQ(error_of(commit(InsertUser{bad})), Errc::invalid_input);
}

TEST_P(StoreContract, MembersOfNoGroupAreNotFound) {
  EXPECT_EQ(error_of(store().members(group_name("none"), {})), Errc::not_found);
}

TEST_P(StoreContract, EventsBecomeAChainWithItsHeadBesideIt) {
  EXPECT_THAT(store().audit_heads().value(), IsEmpty());
  for (int i = 0; i < 3; ++i) {
    ChangeSet set;
    set.events = {an_event("anna", kThen + Seconds(i)), an_event("berta", kThen + Seconds(i))};
    ASSERT_TRUE(store().commit(set));
  }
  ChainHead head;
  std::uint64_t count = 0;
  ASSERT_TRUE(store().audit_scan([&](const AuditRecord& record) -> Result<void> {
    EXPECT_TRUE(follows(head, record)) << record.seq;
    EXPECT_EQ(canonical(record.event),
              canonical(an_event(count % 2 == 0 ? "anna" : "berta",
                                 kThen + Seconds(static_cast<std::int64_t>(count / 2)))));
    head = {record.seq, record.hash};
    ++count;
    return {};
  }));
  EXPECT_EQ(count, 6U);
  const auto heads = store().audit_heads().value();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].second.seq, 6U);
  EXPECT_EQ(heads[0].second.hash, head.hash);
}

TEST_P(StoreContract, AScanLongerThanAPageIsWholeAndStopsWhenTold) {
  ChangeSet set;
  for (int i = 0; i < 2'500; ++i) set.events.push_back(an_event("anna"));
  ASSERT_TRUE(store().commit(std::move(set)));
  std::uint64_t last = 0;
  ASSERT_TRUE(store().audit_scan([&](const AuditRecord& record) -> Result<void> {
    EXPECT_EQ(record.seq, last + 1);
    last = record.seq;
    return {};
  }));
  EXPECT_EQ(last, 2'500U);
  std::uint64_t seen = 0;
  const auto stopped = store().audit_scan([&](const AuditRecord&) -> Result<void> {
    if (++seen == 10) return fail(Errc::corrupt, "enough");
    return {};
  });
  EXPECT_EQ(error_of(stopped), Errc::corrupt);
  EXPECT_EQ(seen, 10U);
}

TEST_P(StoreContract, AuditShowsTheNewestFirstAndContinuesBehindARow) {
  ChangeSet set;
  // The clock was set back in between: time decides, then the order of writing.
  for (const std::int64_t second : {10, 20, 15, 15}) {
    set.events.push_back(an_event("anna", kThen + Seconds(second)));
  }
  ASSERT_TRUE(store().commit(std::move(set)));
  const auto sequence = [&](const AuditQuery& query) {
    std::vector<std::uint64_t> result;
    const auto records = store().audit(query);
    for (const AuditRecord& record : records.value()) result.push_back(record.seq);
    return result;
  };
  EXPECT_THAT(sequence({}), ElementsAre(2, 4, 3, 1));
  const NodeId node = store().own_chain().node;
  const auto place = [&](std::int64_t second, std::uint64_t seq) {
    return AuditPlace{kThen + Seconds(second), node, seq};
  };
  AuditQuery query;
  query.limit = 2;
  query.behind = place(20, 2);
  EXPECT_THAT(sequence(query), ElementsAre(4, 3));
  query.behind = place(15, 3);
  EXPECT_THAT(sequence(query), ElementsAre(1));
  query.behind = place(12, 99);
  EXPECT_THAT(sequence(query), ElementsAre(1)) << "the last row of the page before was pruned";
  query.behind = place(5, 1);
  EXPECT_THAT(sequence(query), IsEmpty());

  query = {.order = AuditOrder::oldest_first, .limit = 3};
  EXPECT_THAT(sequence(query), ElementsAre(1, 3, 4));
  query.behind = place(15, 4);
  EXPECT_THAT(sequence(query), ElementsAre(2));
}

TEST_P(StoreContract, AuditOfAPeriodHoldsItsFirstMomentAndNotItsLast) {
  ChangeSet set;
  for (const std::int64_t second : {10, 20, 30, 40}) {
    set.events.push_back(an_event(second == 30 ? "berta" : "anna", kThen + Seconds(second)));
  }
  ASSERT_TRUE(store().commit(std::move(set)));
  for (const AuditOrder order : {AuditOrder::newest_first, AuditOrder::oldest_first}) {
    const auto sequence = [&](AuditQuery query) {
      query.order = order;
      std::vector<std::uint64_t> result;
      const auto records = store().audit(query);
      for (const AuditRecord& record : records.value()) result.push_back(record.seq);
      std::ranges::sort(result);
      return result;
    };
    const WallTime since = kThen + Seconds(20);
    const WallTime until = kThen + Seconds(40);
    EXPECT_THAT(sequence({.since = since}), ElementsAre(2, 3, 4));
    EXPECT_THAT(sequence({.until = until}), ElementsAre(1, 2, 3));
    EXPECT_THAT(sequence({.since = since, .until = until}), ElementsAre(2, 3));
    EXPECT_THAT(sequence({.user = user_name("anna"), .since = since, .until = until}),
                ElementsAre(2));
    // A place outside the period does not widen it.
    const NodeId node = store().own_chain().node;
    EXPECT_THAT(
        sequence(
            {.since = since,
             .until = until,
             .behind = AuditPlace{order == AuditOrder::newest_first ? kThen + Seconds(50) : kThen,
                                  node, 1}}),
        ElementsAre(2, 3));
  }
}

TEST_P(StoreContract, AuditIsFoundByUserBySerialAndByBoth) {
  AuditEvent other = an_event("berta");
  other.serial = serial("B-2");
  AuditEvent neither = an_event("anna");
  neither.user = std::nullopt;
  neither.serial = std::nullopt;
  ChangeSet set;
  set.events = {an_event("anna"), other, neither};
  ASSERT_TRUE(store().commit(std::move(set)));
  AuditQuery query;
  query.user = user_name("berta");
  ASSERT_EQ(store().audit(query).value().size(), 1U);
  EXPECT_EQ(store().audit(query).value()[0].event.serial, serial("B-2"));
  query.serial = serial("A-1");
  EXPECT_THAT(store().audit(query).value(), IsEmpty());
  query.user = std::nullopt;
  ASSERT_EQ(store().audit(query).value().size(), 1U);
  EXPECT_EQ(store().audit(query).value()[0].event.user, user_name("anna"));
}

TEST_P(StoreContract, AuditIsFoundWithinGroups) {
  for (const char* group : {"it", "sales"}) must(InsertGroup{group_name(group)});
  must(InsertUser{a_user(1, "anna")});
  must(InsertUser{a_user(2, "berta")});
  must(AddMember{group_name("it"), UserId(1)});
  must(AddMember{group_name("sales"), UserId(1)});
  must(AddMember{group_name("sales"), UserId(2)});
  AuditEvent of_the_token = an_event("anna");
  of_the_token.user = std::nullopt;
  ChangeSet set;
  set.events = {an_event("anna"), an_event("berta"), an_event("nobody"), of_the_token};
  ASSERT_TRUE(store().commit(std::move(set)));
  AuditQuery query{.serial = serial("A-1"), .order = AuditOrder::oldest_first};
  const auto found = [&](std::vector<GroupName> within, std::uint32_t limit = 100) {
    query.within = std::move(within);
    query.limit = limit;
    std::vector<std::string> names;
    const auto records = store().audit(query).value();
    for (const AuditRecord& one : records) {
      names.push_back(one.event.user ? one.event.user->text() : "");
    }
    return names;
  };
  EXPECT_THAT(found({}), ElementsAre("anna", "berta", "nobody", ""));
  EXPECT_THAT(found({group_name("it")}), ElementsAre("anna", ""));
  EXPECT_THAT(found({group_name("it")}, 1), ElementsAre("anna"));
  EXPECT_THAT(found({group_name("it"), group_name("sales")}), ElementsAre("anna", "berta", ""));
  const auto counts = store().audit_counts(query).value();
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].count, 3U);
}

}  // namespace
}  // namespace lockstep
