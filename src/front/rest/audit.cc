// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/hex.h"
#include "formats/audit_line.h"
#include "front/rest/audit_json.h"
#include "front/rest/routes.h"
#include "service/audit_pruning.h"
#include "service/audit_trail.h"
#include "service/reports.h"

namespace lockstep {
namespace {

/// How many heads a caller may bring: far more than there are chains.
constexpr std::size_t kNotedMax = 1'000;
/// How many portions one call removes; housekeeping goes on with the rest.
constexpr std::uint32_t kPortionsPerCall = 100;

std::string key_text(const AuditRecord& record) {
  return std::to_string(record.event.at.time_since_epoch().count()) + "_" +
         std::to_string(record.node.value()) + "_" + std::to_string(record.seq);
}

/// The inverse of `key_text`. Errors: invalid_input.
Result<AuditPlace> parse_key(std::string_view text) {
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  bool sound = true;
  const auto take = [&]<class Number>(Number& into, bool last) {
    const auto [rest, error] = std::from_chars(at, end, into);
    sound = sound && error == std::errc() && (last ? rest == end : rest != end && *rest == '_');
    at = sound && !last ? rest + 1 : rest;
  };
  std::int64_t micros = 0;
  std::uint64_t node = 0;
  std::uint64_t seq = 0;
  take(micros, false);
  take(node, false);
  take(seq, true);
  if (!sound) return fail(Errc::invalid_input, "\"after\" is not what the page before said");
  return AuditPlace{WallTime(Micros(micros)), NodeId(node), seq};
}

Result<AuditOrder> order_of(const Call& call) {
  const auto text = call.query("order");
  if (!text || *text == "newest_first") return AuditOrder::newest_first;
  if (*text == "oldest_first") return AuditOrder::oldest_first;
  return fail(Errc::invalid_input, "\"order\" is neither newest_first nor oldest_first");
}

Result<Response> list(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const AuditQuery query, audit_query_of(call));
  LOCKSTEP_TRY(const std::vector<AuditRecord> records, query_audit(services.store, query));
  return audit_page(records, query);
}

/// The heads that the caller kept: {"noted": […]}. None, where there is no body.
Result<std::vector<SignedHead>> noted_of(const Call& call) {
  std::vector<SignedHead> heads;
  if (call.request().body.empty()) return heads;
  LOCKSTEP_TRY(Body body, Body::of(call));
  const boost::json::value* noted = body.members().member("noted");
  LOCKSTEP_CHECK(body.members().finish());
  if (noted == nullptr) return heads;
  if (!noted->is_array() || noted->get_array().size() > kNotedMax) {
    return fail(Errc::invalid_input, "\"noted\" is a list of at most 1000 signed heads");
  }
  for (const boost::json::value& one : noted->get_array()) {
    LOCKSTEP_TRY(const SignedHead head, signed_head_of(one));
    heads.push_back(head);
  }
  return heads;
}

Result<Response> post_verify(Services& services, const Context&, const Call& call) {
  VerifyOptions options;
  LOCKSTEP_TRY(options.noted, noted_of(call));
  options.key = services.audit.public_key();
  LOCKSTEP_TRY(const AuditVerdict verdict, verify_audit(services.store, options));
  return json_response(200, verdict_object(verdict));
}

boost::json::array heads_array(const std::vector<SignedHead>& heads) {
  boost::json::array list;
  for (const SignedHead& head : heads) list.push_back(signed_head_object(head));
  return list;
}

Result<Response> get_heads(Services& services, const Context&, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const std::vector<SignedHead> heads, services.store.signed_heads());
  LOCKSTEP_TRY(const std::vector<SignedHead> checkpoints, services.store.audit_checkpoints());
  return json_response(200, boost::json::object{{"public_key", to_hex(services.audit.public_key())},
                                                {"items", heads_array(heads)},
                                                {"checkpoints", heads_array(checkpoints)}});
}

std::string_view name_of(MirrorState::Kind kind) {
  switch (kind) {
    case MirrorState::Kind::off:
      return "off";
    case MirrorState::Kind::current:
      return "current";
    case MirrorState::Kind::behind:
      return "behind";
    case MirrorState::Kind::failing:
      return "failing";
  }
  LOCKSTEP_ASSERT(false);
}

Result<Response> get_status(Services& services, const Context&, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  const OwnChain chain = services.store.own_chain();
  const MirrorState mirror = services.mirror.get();
  LOCKSTEP_TRY(const std::vector<SignedHead> heads, services.store.signed_heads());
  boost::json::object body = {{"node", std::to_string(chain.node.value())},
                              {"last", chain.head.seq}};
  const auto head = std::ranges::find(heads, chain.node, &SignedHead::node);
  if (head != heads.end()) {
    body["signed"] = head->head.seq;
    body["signed_at"] = json_time(head->at);
  }
  boost::json::object state = {{"state", json_text(name_of(mirror.kind))},
                               {"behind", mirror.behind}};
  if (!mirror.why.empty()) state["why"] = mirror.why;
  body["mirror"] = std::move(state);
  return json_response(200, body);
}

Result<Response> post_prune(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string text, body.members().text("before"));
  LOCKSTEP_TRY(const std::optional<bool> dry, body.members().optional_flag("dry_run"));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const WallTime before, parse_rfc3339(text));
  const bool dry_run = dry.value_or(false);
  LOCKSTEP_TRY(const std::vector<PrunedChain> pruned, dry_run
                                                          ? plan_pruning(services, context, before)
                                                          : prune_audit(services, context, before));
  std::uint64_t records = 0;
  std::uint64_t removed = 0;
  boost::json::array list;
  for (const PrunedChain& chain : pruned) {
    records += chain.records;
    list.push_back({{"node", std::to_string(chain.node.value())},
                    {"first", chain.first},
                    {"last", chain.last},
                    {"records", chain.records}});
  }
  if (!dry_run) {
    LOCKSTEP_TRY(removed, remove_pruned(services, kPortionsPerCall));
  }
  return json_response(200, boost::json::object{{"dry_run", dry_run},
                                                {"records", records},
                                                {"removed", removed},
                                                {"chains", std::move(list)}});
}

/// Errors: invalid_input.
Result<void> read_what(const Call& call, AuditQuery& query) {
  if (const auto about = call.query("about")) {
    const auto topic = parse_event_topic(*about);
    if (!topic) return fail(Errc::invalid_input, "\"about\" is no topic");
    query.kinds = kinds_of(*topic);
  }
  if (const auto text = call.query("kind")) {
    const auto kind = parse_event_kind(*text);
    if (!kind) return fail(Errc::invalid_input, "\"kind\" is no event");
    const bool within =
        query.kinds.empty() || std::ranges::find(query.kinds, *kind) != query.kinds.end();
    if (!within) return fail(Errc::invalid_input, "\"kind\" is not of the topic \"about\"");
    query.kinds = {*kind};
  }
  if (const auto text = call.query("reason")) {
    query.reason = parse_reason(*text);
    if (!query.reason) return fail(Errc::invalid_input, "\"reason\" is no reason");
  }
  if (const auto actor = call.query("actor")) query.actor = Actor(*actor);
  return {};
}

}  // namespace

Result<AuditQuery> audit_query_of(const Call& call) {
  AuditQuery query;
  if (const auto user = call.query("user")) {
    LOCKSTEP_TRY(query.user, UserName::parse(*user));
  }
  if (const auto serial = call.query("serial")) {
    LOCKSTEP_TRY(query.serial, Serial::parse(*serial));
  }
  LOCKSTEP_CHECK(read_what(call, query));
  LOCKSTEP_TRY(query.since, time_query(call, "since"));
  LOCKSTEP_TRY(query.until, time_query(call, "until"));
  LOCKSTEP_TRY(query.order, order_of(call));
  LOCKSTEP_TRY(const Page page, page_of(call));
  query.limit = page.limit;
  if (!page.after.empty()) {
    LOCKSTEP_TRY(query.behind, parse_key(page.after));
  }
  return query;
}

std::vector<std::string> audit_parameters() {
  return {"user",  "serial", "about", "kind",  "reason", "actor",
          "since", "until",  "order", "limit", "after"};
}

Response audit_page(const std::vector<AuditRecord>& records, const AuditQuery& query) {
  boost::json::array items;
  for (const AuditRecord& record : records) items.push_back(record_object(record));
  return list_response(std::move(items), next_of(records, Page{query.limit, {}}, key_text));
}

void add_audit_routes(RestRoutes& routes) {
  const Permissions read{Permission::audit_read};
  routes.add(Method::get, "/audit", read, list, audit_parameters());
  routes.add(Method::post, "/audit/verify", read, post_verify);
  routes.add(Method::get, "/audit/heads", read, get_heads);
  routes.add(Method::get, "/audit/status", read, get_status);
  // Whoever sets how long the audit is kept may also shorten it.
  routes.add(Method::post, "/audit/prune", {Permission::policy_write}, post_prune);
}

}  // namespace lockstep
