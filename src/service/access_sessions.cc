// SPDX-License-Identifier: Apache-2.0
#include "service/access_sessions.h"

#include <utility>

#include "service/events.h"

namespace lockstep {
namespace {

/// `text` without bytes that a log or a database trips over.
std::string readable(std::string text) {
  if (text.size() > kAccessTextBytesMax) text.resize(kAccessTextBytesMax);
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

void add(AuditEvent& made, const char* name, const std::optional<std::uint64_t>& number) {
  if (number) made.details.emplace_back(name, std::to_string(*number));
}
void add(AuditEvent& made, const char* name, const std::optional<std::string>& text) {
  if (text) made.details.emplace_back(name, readable(*text));
}

}  // namespace

Result<void> record_access(Services& services, const Context& context, const AccessReport& report) {
  const bool began = report.kind == AccessReport::Kind::started;
  AuditEvent made =
      event(context, began ? EventKind::access_session_started : EventKind::access_session_ended);
  if (const Result<UserName> name = UserName::parse(report.user)) {
    LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(*name)));
    if (now.user) made.user = *name;
  }
  if (!report.client.empty()) made.source += " " + readable(report.client);
  made.details.emplace_back("session", readable(report.session));
  add(made, "address", report.address);
  add(made, "seconds", report.seconds);
  add(made, "bytes_in", report.bytes_in);
  add(made, "bytes_out", report.bytes_out);
  add(made, "cause", report.cause);
  return services.store.commit(ChangeSet{{}, {std::move(made)}});
}

}  // namespace lockstep
