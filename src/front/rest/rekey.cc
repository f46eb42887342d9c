// SPDX-License-Identifier: Apache-2.0
#include "service/rekey.h"

#include "base/hex.h"
#include "front/rest/routes.h"

namespace lockstep {
namespace {

/// "idle", "prepared", "running" or, where nothing is left but the old key, "finishing".
const char* state_of(const RekeyStatus& status) {
  if (status.ring.older.empty()) return status.ring.spare ? "prepared" : "idle";
  return status.remaining > 0 ? "running" : "finishing";
}

boost::json::object status_json(const RekeyStatus& status) {
  boost::json::object result;
  result["state"] = state_of(status);
  result["current"] = to_hex(status.ring.current);
  boost::json::array older;
  for (const KeyId& key : status.ring.older) older.emplace_back(to_hex(key));
  result["older"] = std::move(older);
  if (status.ring.spare) result["spare"] = to_hex(*status.ring.spare);
  result["total"] = status.total;
  result["remaining"] = status.remaining;
  return result;
}

Result<Response> post_rekey(Services& services, const Context& context, const Call& call) {
  RekeyOrder order;
  if (!call.request().body.empty()) {
    LOCKSTEP_TRY(Body body, Body::of(call));
    LOCKSTEP_TRY(const auto prepare, body.members().optional_flag("prepare"));
    LOCKSTEP_TRY(const auto nodes_ready, body.members().optional_flag("nodes_ready"));
    LOCKSTEP_CHECK(body.members().finish());
    order = {prepare.value_or(false), nodes_ready.value_or(false)};
  }
  LOCKSTEP_TRY(const RekeyStatus status, start_rekey(services, context, order));
  return json_response(202, status_json(status));
}

Result<Response> get_rekey(Services& services, const Context&, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const RekeyStatus status, rekey_status(services));
  return json_response(200, status_json(status));
}

}  // namespace

void add_rekey_routes(RestRoutes& routes) {
  const Permissions needs{Permission::rekey};
  routes.add(Method::post, "/rekey", needs, post_rekey);
  routes.add(Method::get, "/rekey", needs, get_rekey);
}

}  // namespace lockstep
