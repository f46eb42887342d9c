// SPDX-License-Identifier: Apache-2.0
#include "service/backups.h"

#include "base/hex.h"
#include "front/rest/errors.h"
#include "front/rest/routes.h"

namespace lockstep {
namespace {

std::string_view name_of(BackupState state) {
  switch (state) {
    case BackupState::none:
      return "none";
    case BackupState::running:
      return "running";
    case BackupState::done:
      return "done";
    case BackupState::failed:
      return "failed";
  }
  LOCKSTEP_ASSERT(false);
}

std::uint64_t percent(const BackupStatus& status) {
  constexpr std::uint64_t kWhole = 100;
  return status.total == 0 ? 0 : status.done * kWhole / status.total;
}

boost::json::array heads_json(const ChainHeads& heads) {
  boost::json::array list;
  for (const auto& [node, head] : heads) {
    list.push_back(
        {{"node", std::to_string(node.value())}, {"seq", head.seq}, {"hash", to_hex(head.hash)}});
  }
  return list;
}

/// Whoever may ask for a backup named its file and is told why it could not be written.
boost::json::object backup_json(const BackupStatus& status) {
  boost::json::object result;
  result["state"] = json_text(name_of(status.state));
  if (!status.file.empty()) result["file"] = status.file.string();
  if (status.state == BackupState::running) result["progress"] = percent(status);
  if (status.facts) {
    result["version"] = status.facts->version;
    result["schema"] = status.facts->schema;
    result["at"] = json_time(status.facts->at);
    result["rows"] = status.facts->rows;
    result["heads"] = heads_json(status.facts->heads);
  }
  if (status.error) {
    result["reason"] = json_text(reason_of(status.error->code));
    result["detail"] = status.error->context;
  }
  return result;
}

Result<Response> post(BackupDesk& desk, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string file, body.members().text("file"));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const BackupStatus status, desk.start(context, file));
  constexpr int kAccepted = 202;
  return json_response(kAccepted, backup_json(status));
}

Result<Response> get(const BackupDesk& desk, const Call& call) {
  const std::string wait = call.query("wait").value_or("no");
  if (wait != "yes" && wait != "no") {
    return fail(Errc::invalid_input, "\"wait\" is yes or no");
  }
  constexpr int kOk = 200;
  return json_response(kOk, backup_json(wait == "yes" ? desk.wait() : desk.status()));
}

}  // namespace

void add_backup_routes(RestRoutes& routes, BackupDesk* desk) {
  const auto none = []() -> Result<Response> {
    return fail(Errc::unavailable, "this store makes no backups");
  };
  const Permissions needs{Permission::backup};
  routes.add(Method::post, "/backup", needs,
             [desk, none](Services&, const Context& context, const Call& call) {
               return desk == nullptr ? none() : post(*desk, context, call);
             });
  routes.add(Method::get, "/backup", needs,
             [desk, none](Services&, const Context&, const Call& call) {
               return desk == nullptr ? none() : get(*desk, call);
             },
             {"wait"});
}

}  // namespace lockstep
