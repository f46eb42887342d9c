// SPDX-License-Identifier: Apache-2.0
// Token models, policy drafts, operators, sessions, approvals, and the questions of reports.
#include <array>

#include "store_contract.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TokenModel a_model(const std::string& name) {
  TokenModel model;
  model.name = name;
  model.maker = "Acme";
  model.form = TokenForm::software;
  model.spec = {TokenKind::totp, HashAlgorithm::sha512, Digits::eight(), Seconds(60), Seconds(-5)};
  model.shown_for = Seconds(45);
  model.warranty_months = 36;
  model.help = "Auf der Rückseite.";
  model.version = RowVersion(1);
  return model;
}

Operator an_operator(std::uint64_t id, const std::string& name) {
  Operator one{.id = OperatorId(id), .name = user_name(name)};
  one.full_name = "Zoë Müller";
  one.email = name + "@example.org";
  one.role = Role::auditor;
  one.scope = {group_name("staff"), group_name("vpn")};
  one.status = OperatorStatus::disabled;
  one.password = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA";
  one.tokens_of = user_name("zoe");
  one.wrong_passwords = 3;
  one.wrong_at = kThen;
  one.signed_in_at = kThen - Seconds(1);
  one.created_at = kThen - Seconds(2);
  one.version = RowVersion(1);
  return one;
}

Session a_session(std::uint8_t number, SessionKind kind = SessionKind::console,
                  std::uint64_t subject = 1) {
  Session session;
  session.hash.fill(number);
  session.kind = kind;
  session.subject = subject;
  session.created_at = kThen;
  session.seen_at = kThen + Seconds(1);
  session.expires_at = kThen + Seconds(number);
  session.proven_at = kThen + Seconds(2);
  session.about = "Firefox, 10.0.0.1";
  session.data = R"({"by":"passcode"})";
  session.version = RowVersion(1);
  return session;
}

Approval an_approval(std::uint64_t id) {
  Approval approval;
  approval.id = ApprovalId(id);
  approval.what = "inventory.export";
  approval.data = R"({"batch":"7"})";
  approval.asked_by = Actor("operator:olle");
  approval.asked_at = kThen + Seconds(static_cast<std::int64_t>(id));
  approval.expires_at = kThen + Seconds(100);
  approval.version = RowVersion(1);
  return approval;
}

TEST_P(StoreContract, TokenModelsAreKeptByName) {
  must(InsertTokenModel{a_model("Acme 5")});
  EXPECT_EQ(error_of(commit(InsertTokenModel{a_model("Acme 5")})), Errc::conflict);
  EXPECT_EQ(store().token_model("Acme 5").value(), a_model("Acme 5"));
  EXPECT_EQ(store().token_model("Acme 6").value(), std::nullopt);

  TokenModel changed = a_model("Acme 5");
  changed.maker = "Other";
  changed.form = TokenForm::hardware;
  changed.spec = {TokenKind::hotp, HashAlgorithm::sha1, Digits::six(), Seconds(30), Seconds(0)};
  changed.shown_for = Seconds(0);
  changed.warranty_months = 0;
  changed.help = "";
  must(UpdateTokenModel{changed});
  EXPECT_EQ(error_of(commit(UpdateTokenModel{changed})), Errc::conflict) << "of version 1";
  changed.version = RowVersion(2);
  EXPECT_EQ(store().token_model("Acme 5").value(), changed);

  EXPECT_EQ(error_of(commit(DeleteTokenModel{"Acme 5", RowVersion(1)})), Errc::conflict);
  must(DeleteTokenModel{"Acme 5", RowVersion(2)});
  EXPECT_THAT(store().token_models({}).value(), IsEmpty());
}

TEST_P(StoreContract, TokenModelsAreListedByNameInPages) {
  for (const char* name : {"b", "c", "a"}) must(InsertTokenModel{a_model(name)});
  EXPECT_THAT(store().token_models({.limit = 2, .after = "a"}).value(),
              ElementsAre(a_model("b"), a_model("c")));
  EXPECT_EQ(error_of(store().token_models({.limit = 0, .after = ""})), Errc::invalid_input);
}

TEST_P(StoreContract, ThereIsOnePolicyDraft) {
  EXPECT_FALSE(store().policy_draft().value());
  PolicyDraft draft{"{}", kThen, Actor("owner"), RowVersion(0)};
  must(PutPolicyDraft{draft});
  EXPECT_EQ(error_of(commit(PutPolicyDraft{draft})), Errc::conflict) << "somebody else's is there";
  draft = {R"({"preset":"mideye"})", kThen + Seconds(1), Actor("key:ops"), RowVersion(1)};
  must(PutPolicyDraft{draft});
  EXPECT_EQ(error_of(commit(PutPolicyDraft{draft})), Errc::conflict);
  const auto stored = store().policy_draft().value();
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->document, draft.document);
  EXPECT_EQ(stored->at, draft.at);
  EXPECT_EQ(stored->by, draft.by);
  EXPECT_EQ(stored->version, RowVersion(2));
  EXPECT_EQ(error_of(commit(DeletePolicyDraft{RowVersion(1)})), Errc::conflict);
  must(DeletePolicyDraft{RowVersion(2)});
  EXPECT_FALSE(store().policy_draft().value());
  EXPECT_EQ(error_of(commit(PutPolicyDraft{draft})), Errc::conflict) << "it is gone";
}

TEST_P(StoreContract, PoliciesAreListedNewestFirst) {
  for (std::uint64_t number = 1; number <= 4; ++number) {
    must(InsertPolicy{{number, "{}", kThen, Actor("owner")}});
  }
  const auto numbers = [&](std::uint64_t before, std::uint32_t limit) {
    std::vector<std::uint64_t> result;
    const auto found = store().policies(before, limit).value();
    for (const PolicyRevision& one : found) result.push_back(one.number);
    return result;
  };
  EXPECT_THAT(numbers(0, 3), ElementsAre(4, 3, 2));
  EXPECT_THAT(numbers(2, 3), ElementsAre(1));
  EXPECT_EQ(error_of(store().policies(0, 0)), Errc::invalid_input);
}

TEST_P(StoreContract, AnOperatorIsFoundByNameAndById) {
  must(InsertOperator{an_operator(1, "olle")});
  EXPECT_EQ(error_of(commit(InsertOperator{an_operator(2, "olle")})), Errc::conflict);
  EXPECT_EQ(store().find_operator(user_name("olle")).value(), an_operator(1, "olle"));
  EXPECT_EQ(store().find_operator(OperatorId(1)).value(), an_operator(1, "olle"));
  EXPECT_EQ(store().find_operator(OperatorId(2)).value(), std::nullopt);
  EXPECT_EQ(store().find_operator(user_name("olga")).value(), std::nullopt);
}

TEST_P(StoreContract, AnOperatorChangesAllButNameAndAge) {
  must(InsertOperator{an_operator(1, "olle")});
  Operator changed{.id = OperatorId(1), .name = user_name("olga")};
  changed.full_name = "Olga";
  changed.role = Role::owner;
  changed.created_at = kThen + Seconds(5);
  changed.version = RowVersion(1);
  must(UpdateOperator{changed});
  EXPECT_EQ(error_of(commit(UpdateOperator{changed})), Errc::conflict);
  Operator expected = changed;
  expected.name = user_name("olle");
  expected.created_at = an_operator(1, "olle").created_at;
  expected.version = RowVersion(2);
  EXPECT_EQ(store().find_operator(OperatorId(1)).value(), expected);
  EXPECT_EQ(error_of(commit(DeleteOperator{OperatorId(1), RowVersion(1)})), Errc::conflict);
  must(DeleteOperator{OperatorId(1), RowVersion(2)});
  EXPECT_THAT(store().operators({}).value(), IsEmpty());
}

TEST_P(StoreContract, OperatorsAreListedByName) {
  must(InsertOperator{an_operator(1, "b")});
  must(InsertOperator{an_operator(2, "a")});
  const auto all = store().operators({}).value();
  EXPECT_THAT(all, ElementsAre(an_operator(2, "a"), an_operator(1, "b")));
  EXPECT_THAT(store().operators({.limit = 5, .after = "a"}).value(),
              ElementsAre(an_operator(1, "b")));
}

TEST_P(StoreContract, ASessionIsFoundByItsHashAndKeepsWhoItIs) {
  must(InsertSession{a_session(1)});
  EXPECT_EQ(error_of(commit(InsertSession{a_session(1)})), Errc::conflict);
  EXPECT_EQ(store().session(a_session(1).hash).value(), a_session(1));
  EXPECT_EQ(store().session(a_session(2).hash).value(), std::nullopt);
  Session changed = a_session(1, SessionKind::portal, 9);
  changed.created_at = changed.seen_at = changed.expires_at = kThen + Seconds(50);
  changed.proven_at.reset();
  changed.about = "other";
  must(UpdateSession{changed});
  EXPECT_EQ(error_of(commit(UpdateSession{changed})), Errc::conflict);
  Session expected = a_session(1);
  expected.seen_at = expected.expires_at = kThen + Seconds(50);
  expected.proven_at.reset();
  expected.version = RowVersion(2);
  EXPECT_EQ(store().session(a_session(1).hash).value(), expected);
}

TEST_P(StoreContract, SessionsEndOneByOneOrAllOfAPerson) {
  for (const std::uint8_t number : std::to_array<std::uint8_t>({1, 2, 3}))
    must(InsertSession{a_session(number)});
  must(InsertSession{a_session(4, SessionKind::portal)});
  must(InsertSession{a_session(5, SessionKind::console, 2)});
  must(DeleteSession{a_session(1).hash});
  must(DeleteSession{a_session(1).hash});
  EXPECT_FALSE(store().session(a_session(1).hash).value());
  must(DeleteSessionsOf{SessionKind::console, 1});
  EXPECT_FALSE(store().session(a_session(2).hash).value());
  EXPECT_FALSE(store().session(a_session(3).hash).value());
  EXPECT_TRUE(store().session(a_session(4).hash).value()) << "of another application";
  EXPECT_TRUE(store().session(a_session(5).hash).value()) << "of somebody else";
}

TEST_P(StoreContract, ASessionThatMustBeThereIsAConflictWhenItIsGone) {
  must(InsertSession{a_session(1)});
  must(DeleteSession{.hash = a_session(1).hash, .must_be = true});
  EXPECT_EQ(error_of(commit(DeleteSession{.hash = a_session(1).hash, .must_be = true})),
            Errc::conflict);
}

TEST_P(StoreContract, AllSessionsOfAPersonEndButOne) {
  for (const std::uint8_t number : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    must(InsertSession{a_session(number)});
  }
  must(DeleteSessionsOf{.kind = SessionKind::console, .subject = 1, .but = a_session(2).hash});
  EXPECT_FALSE(store().session(a_session(1).hash).value());
  EXPECT_TRUE(store().session(a_session(2).hash).value());
  EXPECT_FALSE(store().session(a_session(3).hash).value());
}

TEST_P(StoreContract, SessionsOfAPersonAreListedNewestFirst) {
  Session first = a_session(1);
  first.created_at = kThen - Seconds(1);
  must(InsertSession{first});
  must(InsertSession{a_session(2)});
  must(InsertSession{a_session(3, SessionKind::portal)});
  must(InsertSession{a_session(4, SessionKind::console, 2)});
  EXPECT_THAT(store().sessions_of(SessionKind::console, 1).value(),
              ElementsAre(a_session(2), first));
  EXPECT_THAT(store().sessions_of(SessionKind::console, 3).value(), IsEmpty());
}

TEST_P(StoreContract, AnApprovalIsDecidedOnce) {
  must(InsertApproval{an_approval(2)});
  must(InsertApproval{an_approval(1)});
  EXPECT_EQ(error_of(commit(InsertApproval{an_approval(1)})), Errc::conflict);
  const auto all = store().approvals().value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, ApprovalId(1)) << "in the order they were asked for";
  EXPECT_EQ(all[0].what, "inventory.export");
  EXPECT_EQ(all[0].data, R"({"batch":"7"})");
  EXPECT_EQ(all[0].asked_by, Actor("operator:olle"));
  EXPECT_EQ(all[0].asked_at, kThen + Seconds(1));
  EXPECT_EQ(all[0].expires_at, kThen + Seconds(100));
  EXPECT_EQ(error_of(commit(DeleteApproval{ApprovalId(1), RowVersion(2)})), Errc::conflict);
  must(DeleteApproval{ApprovalId(1), RowVersion(1)});
  EXPECT_EQ(error_of(commit(DeleteApproval{ApprovalId(1), RowVersion(1)})), Errc::conflict);
}

TEST_P(StoreContract, AnApprovalMayBePutInPlaceOfItself) {
  must(InsertApproval{an_approval(1)});
  Approval agreed = an_approval(1);
  agreed.data = "{}";
  ChangeSet set;
  set.changes = {DeleteApproval{agreed.id, agreed.version}, InsertApproval{agreed}};
  ASSERT_TRUE(store().commit(std::move(set)));
  ASSERT_EQ(store().approvals()->size(), 1U);
  EXPECT_EQ(store().approvals()->at(0).data, "{}");
}

TEST_P(StoreContract, WhatIsPastItsTimeIsDeletedWhateverItIs) {
  must(InsertSession{a_session(5)});
  must(InsertSession{a_session(90)});
  must(InsertApproval{an_approval(1)});
  EXPECT_EQ(store().delete_expired(kThen + Seconds(6)).value(), 1U);
  EXPECT_FALSE(store().session(a_session(5).hash).value());
  EXPECT_EQ(store().delete_expired(kThen + Seconds(101)).value(), 2U);
  EXPECT_THAT(store().approvals().value(), IsEmpty());
}

TEST_P(StoreContract, AnApiKeyDemandsAnotherGroup) {
  must(InsertApiKey{an_api_key(1, "vpn")});
  ApiKey key = an_api_key(1, "vpn");
  EXPECT_EQ(store().api_key(key.hash).value()->required_group, group_name("staff"));
  key.required_group.reset();
  key.permissions = {};
  must(UpdateApiKey{key});
  EXPECT_EQ(error_of(commit(UpdateApiKey{key})), Errc::conflict);
  const ApiKey stored = store().api_key(key.hash).value().value();
  EXPECT_EQ(stored.required_group, std::nullopt);
  EXPECT_EQ(stored.permissions, an_api_key(1, "vpn").permissions);
  EXPECT_EQ(stored.version, RowVersion(2));
}

// ---- Questions of reports.

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

TEST_P(StoreContract, UsersAreFoundByWhatTheyLack) {
  User anna = a_user(1, "anna");
  anna.sync.misses_in_row = 10;
  User bo = a_user(2, "bo");
  bo.status = UserStatus::disabled;
  must(InsertUser{anna});
  must(InsertUser{bo});
  must(InsertGroup{group_name("vpn")});
  must(AddMember{group_name("vpn"), UserId(2)});
  Token token = a_token(1, "A-1");
  token.owner = UserId(1);
  must(InsertToken{token});
  const auto found = [&](const UserQuery& query) {
    const std::vector<std::string> all = names(store().users(query, {}));
    EXPECT_EQ(store().count_users(query), all.size());
    return all;
  };
  EXPECT_THAT(found({.has_token = false}), ElementsAre("bo"));
  EXPECT_THAT(found({.has_token = true}), ElementsAre("anna"));
  EXPECT_THAT(found({.has_group = false}), ElementsAre("anna"));
  EXPECT_THAT(found({.has_group = true}), ElementsAre("bo"));
  EXPECT_THAT(found({.status = UserStatus::disabled}), ElementsAre("bo"));
  EXPECT_THAT(found({.misses_from = 10}), ElementsAre("anna"));
  EXPECT_THAT(found({.misses_from = 11}), IsEmpty());
  EXPECT_THAT(found({.has_token = true, .has_group = true}), IsEmpty());
}

TEST_P(StoreContract, UsersAndTokensAreFoundWithinGroups) {
  for (const char* group : {"it", "sales", "vpn"}) must(InsertGroup{group_name(group)});
  std::uint64_t id = 0;
  for (const char* name : {"anna", "bo", "cilla"}) {
    must(InsertUser{a_user(++id, name)});
    Token token = a_token(id, "T-" + std::to_string(id));
    token.owner = UserId(id);
    must(InsertToken{token});
  }
  must(InsertToken{a_token(9, "T-9")});
  must(AddMember{group_name("it"), UserId(1)});
  must(AddMember{group_name("vpn"), UserId(1)});
  must(AddMember{group_name("sales"), UserId(2)});
  using Groups = std::vector<GroupName>;
  const Groups both = {group_name("it"), group_name("sales")};
  EXPECT_THAT(names(store().users({.within = both}, {})), ElementsAre("anna", "bo"));
  EXPECT_THAT(names(store().users({.within = Groups{group_name("none")}}, {})), IsEmpty());
  EXPECT_THAT(names(store().users({.group = group_name("vpn"), .within = both}, {})),
              ElementsAre("anna"));
  EXPECT_THAT(names(store().users({.search = "bo", .within = both}, {.limit = 1, .after = "anna"})),
              ElementsAre("bo"));
  EXPECT_THAT(serials(store().tokens({.within = both}, {})), ElementsAre("T-1", "T-2", "T-9"));
  EXPECT_EQ(store().count_users({.within = both}), 2U);
  EXPECT_EQ(store().count_users({.search = "bo", .within = both}), 1U);
  EXPECT_EQ(store().count_tokens({.within = both}), 3U);
  EXPECT_EQ(store().count_tokens({.assigned = true, .within = both}), 2U);
  EXPECT_THAT(serials(store().tokens({.assigned = true, .within = both}, {})),
              ElementsAre("T-1", "T-2"));
  EXPECT_THAT(serials(store().tokens({.search = "t-2", .within = both}, {.limit = 1, .after = ""})),
              ElementsAre("T-2"));
}

TEST_P(StoreContract, TokensAreFoundByModelBatchEndAndUse) {
  Token first = a_token(1, "A-1");
  Token second = a_token(2, "B-2");
  second.spec.kind = TokenKind::hotp;
  second.model = "Acme";
  second.batch = "8";
  second.valid_until.reset();
  second.progress.used.clear();
  must(InsertToken{first});
  must(InsertToken{second});
  const auto found = [&](const TokenQuery& query) {
    const std::vector<std::string> all = serials(store().tokens(query, {}));
    EXPECT_EQ(store().count_tokens(query), all.size());
    return all;
  };
  EXPECT_THAT(found({.kind = TokenKind::hotp}), ElementsAre("B-2"));
  EXPECT_THAT(found({.model = "Acme"}), ElementsAre("B-2")) << "the whole name";
  EXPECT_THAT(found({.batch = "Lieferung 7"}), ElementsAre("A-1"));
  EXPECT_THAT(found({.search = "lieferung"}), ElementsAre("A-1"));
  EXPECT_THAT(found({.ends_before = kThen + Seconds(11)}), ElementsAre("A-1"));
  EXPECT_THAT(found({.ends_before = kThen + Seconds(10)}), IsEmpty());
  EXPECT_THAT(found({.unused_since = kThen}), ElementsAre("B-2"));
  EXPECT_THAT(found({.unused_since = kThen + Micros(1)}), ElementsAre("A-1", "B-2"));
  Progress used = second.progress;
  used.used.push_back({Position(1), kThen + Seconds(1)});
  must(UpdateProgress{TokenId(2), RowVersion(1), used, TokenStatus::enabled});
  EXPECT_THAT(found({.unused_since = kThen + Micros(1)}), ElementsAre("A-1"));
}

class AuditReports : public StoreContract {
 protected:
  void record(EventKind kind, Reason reason, const std::string& actor, std::int64_t second) {
    AuditEvent event = an_event("anna", kThen + Seconds(second));
    event.kind = kind;
    event.reason = reason;
    event.actor = Actor(actor);
    ChangeSet set;
    set.events.push_back(std::move(event));
    ASSERT_TRUE(store().commit(std::move(set)));
  }
};

TEST_P(AuditReports, RecordsAreFoundByKindReasonAndActor) {
  record(EventKind::login_accepted, Reason::none, "key:vpn", 1);
  record(EventKind::login_refused, Reason::no_match, "key:vpn", 2);
  record(EventKind::login_refused, Reason::already_used, "key:web", 3);
  const auto seconds = [&](AuditQuery query) {
    query.order = AuditOrder::oldest_first;
    std::vector<std::int64_t> result;
    const auto found = store().audit(query).value();
    for (const AuditRecord& one : found) {
      result.push_back(std::chrono::duration_cast<Seconds>(one.event.at - kThen).count());
    }
    return result;
  };
  EXPECT_THAT(seconds({.kinds = {EventKind::login_refused}}), ElementsAre(2, 3));
  EXPECT_THAT(seconds({.kinds = {EventKind::login_refused, EventKind::login_accepted}}),
              ElementsAre(1, 2, 3));
  EXPECT_THAT(seconds({.reason = Reason::no_match}), ElementsAre(2));
  EXPECT_THAT(seconds({.actor = Actor("key:web")}), ElementsAre(3));
  EXPECT_THAT(seconds({.user = user_name("anna"),
                       .actor = Actor("key:vpn"),
                       .kinds = {EventKind::login_refused},
                       .reason = Reason::no_match}),
              ElementsAre(2));
}

TEST_P(AuditReports, RecordsAreCountedByKindReasonAndActor) {
  record(EventKind::login_refused, Reason::no_match, "key:vpn", 1);
  record(EventKind::login_refused, Reason::no_match, "key:vpn", 2);
  record(EventKind::login_refused, Reason::no_match, "key:web", 3);
  record(EventKind::login_accepted, Reason::none, "key:vpn", 4);
  const auto counts = store().audit_counts({}).value();
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_EQ(counts[0].kind, EventKind::login_accepted);
  EXPECT_EQ(counts[1].reason, Reason::no_match);
  EXPECT_EQ(counts[1].actor, Actor("key:vpn"));
  EXPECT_EQ(counts[1].count, 2U);
  EXPECT_EQ(counts[2].count, 1U);
  const auto some =
      store().audit_counts({.since = kThen + Seconds(2), .until = kThen + Seconds(4)});
  ASSERT_EQ(some.value().size(), 2U);
  EXPECT_EQ(some.value()[0].count, 1U);
}

INSTANTIATE_TEST_SUITE_P(Stores, AuditReports, testing::ValuesIn(store_kinds()), name_of_kind);

}  // namespace
}  // namespace lockstep
