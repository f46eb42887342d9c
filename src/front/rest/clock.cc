// SPDX-License-Identifier: Apache-2.0
// Whether the server's own clock is believed.
#include "front/rest/routes.h"
#include "service/clock_desk.h"

namespace lockstep {
namespace {

boost::json::object clock_json(const Services& services, const Context& context) {
  const std::optional<ClockDoubt> doubt = services.clock_watch.doubt();
  boost::json::object result{{"state", doubt ? "in_doubt" : "trusted"},
                             {"server_time", json_time(context.now.wall)},
                             {"synchronised", services.clock.is_synchronised()}};
  if (!doubt) return result;
  result["why"] = json_text(name_of(doubt->why));
  result["off_seconds"] = whole_seconds(doubt->off);
  result["since"] = json_time(doubt->since.wall);
  result["text"] = text_of(*doubt);
  return result;
}

Result<Response> get_clock(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  return json_response(200, clock_json(services, context));
}

Result<Response> post_confirm(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(confirm_clock(services, context));
  return json_response(200, clock_json(services, context));
}

}  // namespace

void add_clock_routes(RestRoutes& routes) {
  routes.add(Method::get, "/clock", {Permission::tokens_read}, get_clock);
  routes.add(Method::post, "/clock/confirm", {Permission::policy_write}, post_confirm);
}

}  // namespace lockstep
