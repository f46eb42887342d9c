// SPDX-License-Identifier: Apache-2.0
#include "formats/audit_line.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/hex.h"
#include "formats/json.h"

namespace lockstep {
namespace {

namespace json = boost::json;

json::string text_of(std::string_view text) { return json::string(text.data(), text.size()); }

/// Node ids are beyond what a JavaScript number holds.
json::string node_text(NodeId node) { return text_of(std::to_string(node.value())); }

std::unexpected<Error> not_valid(std::string_view name) {
  return fail(Errc::invalid_input, "\"" + std::string(name) + "\" is not valid");
}

Result<NodeId> read_node(JsonObject& object) {
  LOCKSTEP_TRY(const std::string text, object.text("node"));
  std::uint64_t node = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, node);
  if (error != std::errc() || rest != end) return not_valid("node");
  return NodeId(node);
}

Result<std::uint64_t> read_seq(JsonObject& object, std::string_view name) {
  LOCKSTEP_TRY(const std::int64_t number, object.number(name, {}));
  return static_cast<std::uint64_t>(number);
}

template <std::size_t size>
Result<void> read_hex(JsonObject& object, std::string_view name,
                      std::array<std::uint8_t, size>& into) {
  LOCKSTEP_TRY(const std::string text, object.text(name));
  const auto bytes = parse_hex(text);
  if (!bytes || bytes->size() != size) return not_valid(name);
  std::ranges::copy(*bytes, into.begin());
  return {};
}

Result<WallTime> read_time(JsonObject& object) {
  LOCKSTEP_TRY(const std::string text, object.text("at"));
  return parse_rfc3339(text);
}

Result<void> read_details(JsonObject& object, AuditEvent& event) {
  const json::value* details = object.member("details");
  if (details == nullptr || !details->is_array()) return not_valid("details");
  for (const json::value& one : details->get_array()) {
    LOCKSTEP_TRY(JsonObject pair, JsonObject::of(one));
    LOCKSTEP_TRY(std::string name, pair.text("name"));
    LOCKSTEP_TRY(std::string value, pair.text("value"));
    LOCKSTEP_CHECK(pair.finish());
    event.details.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

Result<void> read_subject(JsonObject& object, AuditEvent& event) {
  LOCKSTEP_TRY(const auto user, object.optional_text("user"));
  if (user) {
    LOCKSTEP_TRY(event.user, UserName::parse(*user));
  }
  LOCKSTEP_TRY(const auto serial, object.optional_text("serial"));
  if (serial) {
    LOCKSTEP_TRY(event.serial, Serial::parse(*serial));
  }
  LOCKSTEP_TRY(const auto name, object.optional_text("reason"));
  const auto reason = name ? parse_reason(*name) : Reason::none;
  if (!reason) return not_valid("reason");
  event.reason = *reason;
  return {};
}

json::object from_object(const FromLine& from) {
  return {{"node", node_text(from.node)}, {"seq", from.head.seq}, {"hash", to_hex(from.head.hash)}};
}

Result<FromLine> from_of(const json::value& value) {
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  FromLine from;
  LOCKSTEP_TRY(from.node, read_node(object));
  LOCKSTEP_TRY(from.head.seq, read_seq(object, "seq"));
  LOCKSTEP_CHECK(read_hex(object, "hash", from.head.hash));
  LOCKSTEP_CHECK(object.finish());
  return from;
}

Result<SignedHead> read_signed_head(JsonObject& object) {
  SignedHead head;
  LOCKSTEP_TRY(head.node, read_node(object));
  LOCKSTEP_TRY(head.head.seq, read_seq(object, "seq"));
  LOCKSTEP_CHECK(read_hex(object, "hash", head.head.hash));
  LOCKSTEP_TRY(head.at, read_time(object));
  LOCKSTEP_CHECK(read_hex(object, "key", head.key));
  LOCKSTEP_CHECK(read_hex(object, "signature", head.signature));
  return head;
}

Result<HeadLine> head_line_of(const json::value& value) {
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  HeadLine line;
  LOCKSTEP_TRY(line.head, read_signed_head(object));
  LOCKSTEP_TRY(line.after, read_seq(object, "after"));
  LOCKSTEP_CHECK(object.finish());
  return line;
}

Result<AuditLine> line_of(const json::value& value) {
  const json::object* object = value.if_object();
  if (object != nullptr && object->size() == 1) {
    if (const json::value* from = object->if_contains("from")) {
      LOCKSTEP_TRY(FromLine line, from_of(*from));
      return AuditLine(line);
    }
    if (const json::value* head = object->if_contains("head")) {
      LOCKSTEP_TRY(HeadLine line, head_line_of(*head));
      return AuditLine(line);
    }
  }
  LOCKSTEP_TRY(AuditRecord record, record_of(value));
  return AuditLine(std::move(record));
}

struct ToObject {
  json::object operator()(const AuditRecord& record) const { return record_object(record); }
  json::object operator()(const HeadLine& line) const {
    json::object head = signed_head_object(line.head);
    head["after"] = line.after;
    return {{"head", std::move(head)}};
  }
  json::object operator()(const FromLine& from) const { return {{"from", from_object(from)}}; }
};

}  // namespace

json::object record_object(const AuditRecord& record) {
  const AuditEvent& event = record.event;
  json::object result;
  result["node"] = node_text(record.node);
  result["seq"] = record.seq;
  result["hash"] = to_hex(record.hash);
  result["kind"] = text_of(name_of(event.kind));
  result["at"] = to_rfc3339(event.at);
  result["actor"] = event.actor.value();
  if (event.user) result["user"] = event.user->text();
  if (event.serial) result["serial"] = event.serial->text();
  if (event.reason != Reason::none) result["reason"] = text_of(name_of(event.reason));
  result["source"] = event.source;
  json::array details;
  for (const auto& [name, value] : event.details) {
    details.push_back({{"name", name}, {"value", value}});
  }
  result["details"] = std::move(details);
  return result;
}

json::object signed_head_object(const SignedHead& head) {
  return {{"node", node_text(head.node)},   {"seq", head.head.seq},
          {"hash", to_hex(head.head.hash)}, {"at", to_rfc3339(head.at)},
          {"key", to_hex(head.key)},        {"signature", to_hex(head.signature)}};
}

Result<AuditRecord> record_of(const json::value& value) {
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  AuditRecord record;
  AuditEvent& event = record.event;
  LOCKSTEP_TRY(record.node, read_node(object));
  LOCKSTEP_TRY(record.seq, read_seq(object, "seq"));
  LOCKSTEP_CHECK(read_hex(object, "hash", record.hash));
  LOCKSTEP_TRY(const std::string kind_name, object.text("kind"));
  const auto kind = parse_event_kind(kind_name);
  if (!kind) return not_valid("kind");
  event.kind = *kind;
  LOCKSTEP_TRY(event.at, read_time(object));
  LOCKSTEP_TRY(std::string actor, object.text("actor"));
  event.actor = Actor(std::move(actor));
  LOCKSTEP_CHECK(read_subject(object, event));
  LOCKSTEP_TRY(event.source, object.text("source"));
  LOCKSTEP_CHECK(read_details(object, event));
  LOCKSTEP_CHECK(object.finish());
  return record;
}

Result<SignedHead> signed_head_of(const json::value& value) {
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  LOCKSTEP_TRY(SignedHead head, read_signed_head(object));
  LOCKSTEP_CHECK(object.finish());
  return head;
}

std::string to_line(const AuditLine& line) { return json::serialize(std::visit(ToObject(), line)); }

Result<AuditLine> parse_audit_line(std::string_view text) {
  if (text.size() > kAuditLineBytesMax) return fail(Errc::invalid_input, "the line is too long");
  LOCKSTEP_TRY(const json::value value, parse_json(text));
  LOCKSTEP_TRY(AuditLine line, line_of(value));
  if (to_line(line) != text) {
    return fail(Errc::invalid_input, "the line is not written as this program writes it");
  }
  return line;
}

}  // namespace lockstep
