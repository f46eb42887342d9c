// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <utility>

#include "base/hex.h"
#include "front/rest/routes.h"
#include "service/audit_trail.h"

namespace lockstep {
namespace {

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

boost::json::object record_json(const AuditRecord& record) {
  const AuditEvent& event = record.event;
  boost::json::object result;
  result["node"] = std::to_string(record.node.value());  // Beyond what a JavaScript number holds.
  result["seq"] = record.seq;
  result["hash"] = to_hex(record.hash);
  result["kind"] = json_text(name_of(event.kind));
  result["at"] = json_time(event.at);
  result["actor"] = event.actor.value();
  if (event.user) result["user"] = event.user->text();
  if (event.serial) result["serial"] = event.serial->text();
  if (event.reason != Reason::none) result["reason"] = json_text(name_of(event.reason));
  result["source"] = event.source;
  boost::json::array details;
  for (const auto& [name, value] : event.details) {
    details.push_back({{"name", name}, {"value", value}});
  }
  result["details"] = std::move(details);
  return result;
}

Result<Response> list(Services& services, const Context&, const Call& call) {
  AuditQuery query;
  if (const auto user = call.query("user")) {
    LOCKSTEP_TRY(query.user, UserName::parse(*user));
  }
  if (const auto serial = call.query("serial")) {
    LOCKSTEP_TRY(query.serial, Serial::parse(*serial));
  }
  LOCKSTEP_TRY(const Page page, page_of(call));
  query.limit = page.limit;
  if (!page.after.empty()) {
    LOCKSTEP_TRY(query.behind, parse_key(page.after));
  }
  LOCKSTEP_TRY(const std::vector<AuditRecord> records, query_audit(services.store, query));
  boost::json::array items;
  for (const AuditRecord& record : records) items.push_back(record_json(record));
  return list_response(std::move(items), next_of(records, page, key_text));
}

std::string_view name_of(AuditBreak::Kind kind) {
  switch (kind) {
    case AuditBreak::Kind::altered:
      return "altered";
    case AuditBreak::Kind::gap:
      return "gap";
    case AuditBreak::Kind::cut:
      return "cut";
    case AuditBreak::Kind::no_chain:
      return "no_chain";
  }
  LOCKSTEP_ASSERT(false);
}

Result<Response> post_verify(Services& services, const Context&, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const AuditVerdict verdict, verify_audit(services.store));
  boost::json::object body = {
      {"intact", !verdict.broken}, {"records", verdict.records}, {"chains", verdict.chains}};
  if (verdict.broken) {
    body["broken"] = {{"kind", json_text(name_of(verdict.broken->kind))},
                      {"node", std::to_string(verdict.broken->node.value())},
                      {"seq", verdict.broken->seq}};
  }
  return json_response(200, body);
}

}  // namespace

void add_audit_routes(RestRoutes& routes) {
  const Permissions read{Permission::audit_read};
  routes.add(Method::get, "/audit", read, list, {"user", "serial", "limit", "after"});
  routes.add(Method::post, "/audit/verify", read, post_verify);
}

}  // namespace lockstep
