// SPDX-License-Identifier: Apache-2.0
#include "formats/audit_export.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/hex.h"

namespace lockstep {
namespace {

/// How much an event matters to somebody who watches.
enum class Weight { note, warning, alarm };

Weight weight_of(EventKind kind) {
  // Somebody else holds a token, has changed the database, or signs in with somebody's token.
  constexpr EventKind kAlarms[] = {EventKind::token_auto_locked, EventKind::secret_unreadable,
                                   EventKind::not_me};
  constexpr EventKind kWarnings[] = {EventKind::store_outcome_unknown, EventKind::audit_pruned,
                                     EventKind::mail_given_up};
  if (std::ranges::find(kAlarms, kind) != std::end(kAlarms)) return Weight::alarm;
  if (std::ranges::find(kWarnings, kind) != std::end(kWarnings)) return Weight::warning;
  const std::string_view name = name_of(kind);
  if (name.ends_with(".refused") || name.ends_with(".failed")) return Weight::warning;
  return Weight::note;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }

std::string cef_header(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '|') out += '\\';
    out += is_control(c) ? ' ' : c;
  }
  return out;
}

std::string cef_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      if (c == '\\' || c == '=') out += '\\';
      out += is_control(c) ? ' ' : c;
    }
  }
  return out;
}

std::string syslog_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_control(c)) {
      out += fmt::format("#{:03o}", static_cast<unsigned>(c));
    } else {
      if (c == '"' || c == '\\' || c == ']') out += '\\';
      out += c;
    }
  }
  return out;
}

/// "a=1, b=2".
std::string details_text(const AuditEvent& event) {
  std::string out;
  for (const auto& [name, value] : event.details) {
    if (!out.empty()) out += ", ";
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

}  // namespace

std::string to_cef(const AuditRecord& record) {
  const AuditEvent& event = record.event;
  const Weight weight = weight_of(event.kind);
  const int severity = weight == Weight::alarm ? 8 : weight == Weight::warning ? 5 : 2;
  const std::string kind = cef_header(name_of(event.kind));
  std::string out = fmt::format("CEF:0|Lockstep|Lockstep|1|{}|{}|{}|", kind, kind, severity);
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(event.at.time_since_epoch());
  out += fmt::format("rt={} externalId={}-{}", millis.count(), record.node.value(), record.seq);
  const auto add = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) out += fmt::format(" {}={}", key, cef_value(value));
  };
  add("suser", event.actor.value());
  if (event.user) add("duser", event.user->text());
  if (event.serial) {
    add("cs1Label", "serial");
    add("cs1", event.serial->text());
  }
  add("cs2Label", "hash");
  add("cs2", to_hex(record.hash));
  if (event.reason != Reason::none) add("reason", name_of(event.reason));
  add("sourceServiceName", event.source);
  add("msg", details_text(event));
  return out;
}

std::string to_syslog(const AuditRecord& record) {
  const AuditEvent& event = record.event;
  const Weight weight = weight_of(event.kind);
  constexpr int kFacility = 10 * 8;
  const int severity = weight == Weight::alarm ? 1 : weight == Weight::warning ? 4 : 6;
  const std::string_view kind = name_of(event.kind);
  std::string out =
      fmt::format("<{}>1 {} - lockstep - {} [lockstep@32473 node=\"{}\" seq=\"{}\" hash=\"{}\"",
                  kFacility + severity, to_rfc3339(event.at), kind, record.node.value(), record.seq,
                  to_hex(record.hash));
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out += fmt::format(" {}=\"{}\"", name, syslog_value(value));
  };
  add("actor", event.actor.value());
  if (event.user) add("user", event.user->text());
  if (event.serial) add("serial", event.serial->text());
  if (event.reason != Reason::none) add("reason", name_of(event.reason));
  add("source", event.source);
  for (const auto& [name, value] : event.details) {
    out += fmt::format(" detail=\"{}\"", syslog_value(fmt::format("{}={}", name, value)));
  }
  out += "] ";
  out += kind;
  return out;
}

}  // namespace lockstep
