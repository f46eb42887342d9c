// SPDX-License-Identifier: Apache-2.0
#include "service/links.h"

#include "front/rest/routes.h"

namespace lockstep {
namespace {

Result<Response> post_link(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string serial_text, body.members().text("serial"));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const UserName user, UserName::parse(call.path("id")));
  LOCKSTEP_TRY(const Serial serial, Serial::parse(serial_text));
  LOCKSTEP_TRY(const WallTime expires_at, send_link(services, context, user, serial));
  return json_response(202, {{"expires_at", json_time(expires_at)}});
}

}  // namespace

void add_link_routes(RestRoutes& routes) {
  routes.add(Method::post, "/users/{id}/link", {Permission::users_help}, post_link);
}

}  // namespace lockstep
