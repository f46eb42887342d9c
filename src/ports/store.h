// SPDX-License-Identifier: Apache-2.0
// Where everything lives. Changes are values: a caller reads, works out a list of changes that each
// name the version they were computed from, and commits the list with its audit events, all or
// nothing. Implementations: adapters/sql, testing/memory_store; both pass tests/contract.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "core/audit/chain.h"
#include "core/audit/event.h"
#include "core/audit/signed_head.h"
#include "core/model/api_key.h"
#include "core/model/mail.h"
#include "core/model/mail_code.h"
#include "core/model/operator.h"
#include "core/model/session.h"
#include "core/model/token.h"
#include "core/model/token_model.h"
#include "core/model/user.h"

namespace lockstep {

/// A user with all their tokens and groups, as of one moment.
struct Situation {
  std::optional<User> user;
  std::vector<Token> tokens;      ///< the user's, by serial; for a token without owner: that one
  std::vector<GroupName> groups;  ///< ascending
};

/// Whose situation: the user's, or the owner's of the token with this serial.
using Subject = std::variant<UserName, Serial>;

struct Group {
  GroupName name;
  std::uint64_t members = 0;  ///< filled in when read
};

/// A policy document as somebody put it into force. Revisions count from 1 without gaps.
struct PolicyRevision {
  std::uint64_t number = 0;
  std::string document;  ///< JSON; service/policy.h reads it
  WallTime at;
  Actor by;
};

/// A policy that somebody works on and nobody uses yet. There is one.
struct PolicyDraft {
  std::string document;
  WallTime at;
  Actor by;
  RowVersion version;
};

/// Something that one operator asked for and another one has to agree to.
struct Approval {
  ApprovalId id;
  std::string what;  ///< the name of the operation
  std::string data;  ///< what it is done with: JSON, without secrets
  Actor asked_by;
  WallTime asked_at;
  WallTime expires_at;  ///< housekeeping may delete it from then on
  RowVersion version;
};

/// A single-use thing that outlives a request: a challenge's conversation, a portal's
/// resynchronisation, an uploaded import. Found by the hash of a secret that only its holder knows.
enum class TicketKind : std::uint8_t {
  challenge = 1,
  resync = 2,
  import = 3,
  setup = 4,
  mail_code = 5,  ///< somebody was told that a code by mail is on its way
  link = 6,       ///< a link from IT that leads to the resynchronisation of one token
  imports = 7,    ///< which uploaded imports of one caller wait
};
using TicketHash = std::array<std::uint8_t, 32>;
struct Ticket {
  TicketHash hash{};
  TicketKind kind = TicketKind::challenge;
  std::string data;              ///< JSON, without secrets
  std::optional<Sealed> sealed;  ///< what of it is secret
  WallTime expires_at;           ///< housekeeping may delete it from then on
  RowVersion version;
};

/// Where a sealed secret lies: a token's seed, a ticket's, a service key by its name, a mail's.
using SealedPlace = std::variant<TokenId, TicketHash, std::string, MailId>;
struct SealedRow {
  SealedPlace place;
  std::optional<TicketKind> ticket;  ///< of a ticket
  Sealed sealed;
  std::string name;  ///< what people call it: the serial, the service key's name; "" of others
};

// ---- Changes, applied in the order given. "version" members name the version read; a different
// one in the store is a conflict, and so is a row that is gone. Each change of a row adds one to
// its version, so that a second change of it in the same set names the version read plus one.

struct InsertUser {
  User user;
};  ///< conflict: the name exists
struct UpdateUser {
  User user;
};  ///< all but id, name, created_at and sync
struct UpdateUserSync {
  UserId user;
  RowVersion version;
  UserSync sync;
};
struct DeleteUser {
  UserId user;
  RowVersion version;
};  ///< tokens go back to stock, memberships go
struct InsertToken {
  Token token;
};  ///< conflict: the serial exists, the owner does not
struct UpdateToken {
  Token token;
};  ///< all but id, serial, created_at, seed and progress; conflict: the owner does not exist
struct UpdateProgress {
  TokenId token;
  RowVersion version;
  Progress progress;
  TokenStatus status;
};
struct DeleteToken {
  TokenId token;
  RowVersion version;
};
struct InsertGroup {
  GroupName group;
};  ///< conflict: exists
struct DeleteGroup {
  GroupName group;
};  ///< conflict: does not exist
struct AddMember {
  GroupName group;
  UserId user;
};  ///< already one: no change; conflict: no such group or user
struct RemoveMember {
  GroupName group;
  UserId user;
};  ///< not one: no change
struct InsertApiKey {
  ApiKey key;
};  ///< conflict: the name exists, be it revoked: in the audit it means one key for ever
struct RevokeApiKey {
  ApiKeyId key;
  RowVersion version;
  WallTime at;
};
/// Another secret for the same key: from then on the one before is unknown.
struct RotateApiKey {
  ApiKeyId key;
  RowVersion version;
  std::array<std::uint8_t, 32> hash;
};  ///< conflict: has changed, is revoked, or the hash exists
/// What the client demands: required_group. conflict: has changed.
struct UpdateApiKey {
  ApiKey key;
};
struct InsertPolicy {
  PolicyRevision revision;
};  ///< conflict: number is not the last + 1
struct PutPolicyDraft {
  PolicyDraft draft;
};  ///< version 0: there is none yet; conflict: there is, or it has changed
struct DeletePolicyDraft {
  RowVersion version;
};
struct InsertTokenModel {
  TokenModel model;
};  ///< conflict: the name exists
struct UpdateTokenModel {
  TokenModel model;
};  ///< all but name
struct DeleteTokenModel {
  std::string name;
  RowVersion version;
};  ///< tokens keep the name
struct InsertOperator {
  Operator account;
};  ///< conflict: the name exists
struct UpdateOperator {
  Operator account;
};  ///< all but id, name and created_at
struct DeleteOperator {
  OperatorId id;
  RowVersion version;
};
struct InsertSession {
  Session session;
};  ///< conflict: the hash exists
struct UpdateSession {
  Session session;
};  ///< seen_at, expires_at and proven_at
struct DeleteSession {
  SessionHash hash;
  bool must_be = false;  ///< conflict: gone. For one that another takes the place of
};  ///< gone: no change
struct DeleteSessionsOf {
  SessionKind kind = SessionKind::console;
  std::uint64_t subject = 0;
  std::optional<SessionHash> but = {};  ///< this one stays
};
struct InsertApproval {
  Approval approval;
};
struct DeleteApproval {
  ApprovalId id;
  RowVersion version;
};  ///< conflict: gone, that is decided
struct InsertTicket {
  Ticket ticket;
};  ///< conflict: the hash exists
struct UpdateTicket {
  Ticket ticket;
};  ///< data, sealed and expires_at
struct DeleteTicket {
  TicketHash hash;
  RowVersion version;
};  ///< conflict: gone, that is used
/// No conflict when Mail::kWaitingMax mails wait: what it reports matters more. It is kept as one
/// that is too late, see there.
struct InsertMail {
  Mail mail;
};  ///< the id exists: no change
/// State, tries, next_try_at and problem. Who sends takes the mail first, by putting off its next
/// try: the conflict of the second taker keeps it from being sent twice.
struct UpdateMail {
  Mail mail;
  bool wipe = false;  ///< its arguments as well: they were needed for the text alone
};  ///< conflict: has changed
/// The code by mail of a user for a purpose, in the place of the one before.
struct PutMailCode {
  MailCode code;
};  ///< version 0: there is none yet. conflict: there is, or it has changed; no such user
struct InsertServiceKey {
  std::string name;
  Sealed key;
};  ///< conflict: exists
struct KeepSignedHead {
  SignedHead head;
};  ///< claim: reached. Instead of an older one of its chain; conflict: a newer one is kept
struct KeepCheckpoint {
  SignedHead checkpoint;
};  ///< claim: removed. Instead of an older one of its chain; conflict: this or a newer one is kept

/// The same secret under another key. Leaves the row's version as it is, so that nobody's change
/// of the row is in conflict with it. Not `from` any more, or gone: no change.
struct ReplaceSealed {
  SealedPlace place;
  Sealed from;
  Sealed to;
};
/// From now on no change set may bring a secret sealed under this key: unavailable, meaning that
/// it has to be sealed anew. What is there stays.
struct RetireKey {
  KeyId key;
};  ///< conflict: is already

using Change =
    std::variant<InsertUser, UpdateUser, UpdateUserSync, DeleteUser, InsertToken, UpdateToken,
                 UpdateProgress, DeleteToken, InsertGroup, DeleteGroup, AddMember, RemoveMember,
                 InsertApiKey, RevokeApiKey, RotateApiKey, UpdateApiKey, InsertPolicy,
                 PutPolicyDraft, DeletePolicyDraft, InsertTokenModel, UpdateTokenModel,
                 DeleteTokenModel, InsertOperator, UpdateOperator, DeleteOperator, InsertSession,
                 UpdateSession, DeleteSession, DeleteSessionsOf, InsertApproval, DeleteApproval,
                 InsertTicket, UpdateTicket, DeleteTicket, InsertMail, UpdateMail, PutMailCode,
                 InsertServiceKey, KeepSignedHead, KeepCheckpoint, ReplaceSealed, RetireKey>;

/// The sealed secret that a change brings into the store; null when it brings none.
[[nodiscard]] const Sealed* sealed_in(const Change& change);

/// What to write, and what to say about it. Versions of updated rows go up by one.
struct ChangeSet {
  std::vector<Change> changes;
  std::vector<AuditEvent> events;
};

/// Works out the changes for a situation. May be called several times and from another thread (the
/// writer's), each time with a newer situation; must not block or call the store. An error ends the
/// attempt and is handed to the caller; nothing is written.
using Decide = std::function<Result<ChangeSet>(const Situation&)>;

/// A page of a list: at most `limit` rows behind the key `after`.
struct Page {
  std::uint32_t limit = 100;  ///< 1 to kLimitMax
  std::string after;

  static constexpr std::uint32_t kLimitMax = 1'000;
};

struct UserQuery {
  /// Part of the name, of "first last" or of the email, as people type it; or a whole serial.
  std::string search;
  std::optional<GroupName> group;
  std::optional<UserStatus> status;
  std::optional<bool> has_token;
  std::optional<bool> has_group;
  std::optional<std::uint32_t> misses_from;  ///< so many misses in a row, or more
  std::vector<GroupName> within;             ///< members of one of these; empty: anybody
};

/// What a list says of a user beside their own row.
struct UserFacts {
  std::vector<GroupName> groups;  ///< ascending
  std::uint64_t tokens = 0;
  /// The newest login.accepted or login.accepted_resynced that the audit still holds.
  std::optional<WallTime> signed_in_at;

  friend bool operator==(const UserFacts&, const UserFacts&) = default;
};

struct TokenQuery {
  std::string search;  ///< part of serial, model or batch, as people type it
  std::optional<TokenStatus> status;
  std::optional<bool> assigned;
  std::optional<TokenKind> kind;
  std::optional<std::string> model;  ///< the whole name
  std::optional<std::string> batch;
  std::optional<WallTime> ends_before;   ///< valid_until is before this
  std::optional<WallTime> unused_since;  ///< the last accepted code was before this, or none was
  std::optional<SyncState> sync;
  std::vector<GroupName> within;  ///< of members of one of these, or nobody's; empty: anybody's
};

/// A token in a list, with its owner's name.
struct TokenRow {
  Token token;
  std::optional<UserName> owner;
};

/// Where a record stands among those of all chains: they are listed by time, node and number.
struct AuditPlace {
  WallTime at;
  NodeId node;
  std::uint64_t seq = 0;

  friend auto operator<=>(const AuditPlace&, const AuditPlace&) = default;
};

enum class AuditOrder : std::uint8_t { newest_first, oldest_first };

struct AuditQuery {
  std::optional<UserName> user;
  std::optional<Serial> serial;
  std::optional<Actor> actor;
  std::vector<EventKind> kinds;  ///< one of them; empty: any
  std::optional<Reason> reason;
  std::optional<WallTime> since;  ///< records of this time and later
  std::optional<WallTime> until;  ///< records of before this time
  /// Records that name no user, or one who is now a member of one of these; empty: any.
  std::vector<GroupName> within;
  AuditOrder order = AuditOrder::newest_first;
  /// Records behind this place in that order: the last row of the page before. It need not be
  /// there any more.
  std::optional<AuditPlace> behind;
  std::uint32_t limit = 100;  ///< 1 to Page::kLimitMax
};

/// How many records there are of one kind, reason and actor.
struct AuditCount {
  EventKind kind = EventKind::login_accepted;
  Reason reason = Reason::none;
  Actor actor;
  std::uint64_t count = 0;
};

/// The chain that a store's writer extends, and where it ends.
struct OwnChain {
  NodeId node;
  ChainHead head;
};

/// Thread-safe; calls block. Errors of every call: unavailable (the store is away or has too much
/// waiting: nothing was written, or for writes the outcome is unknown and what was to be spent
/// counts as spent); corrupt (a row is not what we wrote); invalid_input (a limit out of range, a
/// text to search for or to be found by that is not UTF-8). Further errors are named at the call.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // ---- Writing. Both return only when the changes are on disk.

  /// Writes all of `set` or nothing. Errors: conflict, as named at the changes.
  virtual Result<void> commit(ChangeSet set) = 0;

  /// Reads the situation, calls `decide`, commits what it returns on condition that nothing it saw
  /// has changed; where it has, decides anew on the newer situation. A one-time code is one-time
  /// because of this call. Unknown subjects give an empty situation and are decided like others.
  /// Errors: those of `decide`; conflict, from an insert or from a change to something that is not
  /// in the situation (a ticket).
  virtual Result<void> attempt(const Subject& subject, const Decide& decide) = 0;

  /// The same for who has read the situation already: `decide` may be called with `seen` instead of
  /// one that is read again. What it is worth is found out as ever: by the commit.
  virtual Result<void> attempt_from(const Subject& subject, const Situation& /*seen*/,
                                    const Decide& decide) {
    return attempt(subject, decide);
  }

  // ---- Reading. Lists are in ascending order of their key unless said otherwise.

  virtual Result<Situation> situation(const Subject& subject) = 0;
  virtual Result<std::vector<User>> users(const UserQuery& query,
                                          const Page& page) = 0;  ///< after: name
  /// Of each of `users`, in their order. At most Page::kLimitMax users.
  virtual Result<std::vector<UserFacts>> user_facts(std::span<const User> users) = 0;
  virtual Result<std::vector<TokenRow>> tokens(const TokenQuery& query,
                                               const Page& page) = 0;  ///< after: serial
  /// Those of `serials` that exist, by serial, each once. At most Page::kLimitMax serials.
  virtual Result<std::vector<TokenRow>> tokens_by_serials(std::span<const Serial> serials) = 0;
  /// How many there are in all, whatever the page.
  virtual Result<std::uint64_t> count_users(const UserQuery& query) = 0;
  virtual Result<std::uint64_t> count_tokens(const TokenQuery& query) = 0;
  virtual Result<std::vector<Group>> groups(const Page& page) = 0;  ///< after: name
  virtual Result<std::vector<UserName>> members(const GroupName& group,
                                                const Page& page) = 0;  ///< not_found
  virtual Result<std::vector<ApiKey>> api_keys(const Page& page) = 0;   ///< after: name
  virtual Result<std::optional<ApiKey>> api_key(const std::array<std::uint8_t, 32>& hash) = 0;
  virtual Result<std::optional<PolicyRevision>> policy() = 0;  ///< the newest
  /// Newest first; those with a number below `before` (from the newest on for 0).
  virtual Result<std::vector<PolicyRevision>> policies(std::uint64_t before,
                                                       std::uint32_t limit) = 0;
  virtual Result<std::optional<PolicyDraft>> policy_draft() = 0;
  virtual Result<std::vector<TokenModel>> token_models(const Page& page) = 0;  ///< after: name
  virtual Result<std::optional<TokenModel>> token_model(const std::string& name) = 0;
  virtual Result<std::vector<Operator>> operators(const Page& page) = 0;  ///< after: name
  virtual Result<std::optional<Operator>> find_operator(const UserName& name) = 0;
  virtual Result<std::optional<Operator>> find_operator(OperatorId id) = 0;
  virtual Result<std::optional<Session>> session(const SessionHash& hash) = 0;
  /// Somebody's, newest first; at most Page::kLimitMax.
  virtual Result<std::vector<Session>> sessions_of(SessionKind kind, std::uint64_t subject) = 0;
  virtual Result<std::vector<Approval>> approvals() = 0;  ///< by the time they were asked for
  virtual Result<std::optional<Ticket>> ticket(const TicketHash& hash) = 0;
  /// Mails that wait and whose next try is due at `now`, those that are due longest first.
  virtual Result<std::vector<Mail>> due_mails(WallTime now, std::uint32_t limit) = 0;
  virtual Result<std::vector<Mail>> newest_mails(std::uint32_t limit) = 0;
  virtual Result<MailCounts> mail_counts() = 0;
  virtual Result<std::optional<MailCode>> mail_code(UserId user, MailCodePurpose purpose) = 0;
  virtual Result<std::optional<Sealed>> service_key(const std::string& name) = 0;
  /// What is sealed, in the order of SealedPlace, behind `after` (from the start for nullopt), at
  /// most `limit` (1 to Page::kLimitMax). A short page is not the end; an empty one is.
  virtual Result<std::vector<SealedRow>> sealed(const std::optional<SealedPlace>& after,
                                                std::uint32_t limit) = 0;
  /// How much is sealed under which key; keys with nothing are not named. Walks everything.
  virtual Result<std::map<KeyId, std::uint64_t>> sealed_by_key() = 0;
  virtual Result<std::vector<AuditRecord>> audit(const AuditQuery& query) = 0;
  /// Of the records that `query` finds, whatever its `behind`, `order` and `limit`, how many of
  /// which. By kind, reason and actor.
  virtual Result<std::vector<AuditCount>> audit_counts(const AuditQuery& query) = 0;
  /// Every chain in order of (node, seq), a record at a time; stops when `visit` returns an error.
  virtual Result<void> audit_scan(const std::function<Result<void>(const AuditRecord&)>& visit) = 0;
  /// At most `limit` records of one chain behind number `seq`, in order.
  virtual Result<std::vector<AuditRecord>> audit_chain(NodeId node, std::uint64_t seq,
                                                       std::uint32_t limit) = 0;
  /// The chains that have records. Ascending.
  virtual Result<std::vector<NodeId>> audit_nodes() = 0;
  /// The heads as the store keeps them beside the records, for audit verify to compare. By node.
  virtual Result<std::vector<std::pair<NodeId, ChainHead>>> audit_heads() = 0;
  /// The newest signed head of each chain that has one. By node.
  virtual Result<std::vector<SignedHead>> signed_heads() = 0;
  /// The newest checkpoint of each chain that has one. By node.
  virtual Result<std::vector<SignedHead>> audit_checkpoints() = 0;
  /// The number of the last record of the chain before the first one that is of `time` or later:
  /// all up to it are older, whatever the clock did. 0, when there is none.
  virtual Result<std::uint64_t> audit_seq_before(NodeId node, WallTime time) = 0;

  /// The chain of this store's writer and where it ends on disk, as the writer itself remembers it
  /// and not as somebody may have changed it there since. Never blocks.
  virtual OwnChain own_chain() = 0;

  /// Removes at most `limit` of the oldest records up to the checkpoint of `node`'s chain. Returns
  /// how many; 0, when none are left or there is no checkpoint. Errors: invalid_input, for a limit
  /// outside 1 to kPruneMax.
  virtual Result<std::uint64_t> prune_audit(NodeId node, std::uint32_t limit) = 0;
  /// So many are one short transaction: log-ins wait for it.
  static constexpr std::uint32_t kPruneMax = 1'000;

  /// Deletes tickets, sessions and approvals that are past their time at `now`, and mails that are
  /// older than Mail::kKept. Returns how many.
  virtual Result<std::uint64_t> delete_expired(WallTime now) = 0;
};

}  // namespace lockstep
