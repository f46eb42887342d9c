// SPDX-License-Identifier: Apache-2.0
// The portal: a user's own tokens.
#include "service/portal_devices.h"

#include "front/rest/errors.h"
#include "front/rest/portal_json.h"
#include "front/rest/routes.h"
#include "front/rest/token_json.h"

namespace lockstep {
namespace {

/// The serial of the path. What is none belongs to nobody.
Result<std::optional<Serial>> serial_of(const Call& call) {
  auto serial = Serial::parse(call.path("serial"));
  if (!serial) return std::nullopt;
  return *std::move(serial);
}

Response not_assigned() { return problem(Reason::not_assigned, {}); }

Response answer_response(const DeviceAnswer& answer) {
  if (const auto* why = std::get_if<Reason>(&answer)) return problem(*why, {});
  return json_response(200, device_json(std::get<Device>(answer)));
}

Result<Response> get_devices(Services& services, const Context& context, const Call&) {
  LOCKSTEP_TRY(const DeviceList list, own_devices(services, context));
  boost::json::array items;
  for (const Device& one : list.devices) items.push_back(device_json(one));
  boost::json::object body{{"items", std::move(items)}};
  if (!list.email.empty()) body["email"] = list.email;
  if (list.temporary) {
    body["temporary_code"] = {
        {"codes", list.temporary->single_use ? list.temporary->codes.size() : 0},
        {"until", json_time(list.temporary->until)}};
  }
  return json_response(200, body);
}

Result<Response> patch_device(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string name, body.members().text("name"));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const auto serial, serial_of(call));
  if (!serial) return not_assigned();
  LOCKSTEP_TRY(const DeviceAnswer answer, rename_device(services, context, *serial, name));
  return answer_response(answer);
}

Result<Response> put_primary(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const auto serial, serial_of(call));
  if (!serial) return not_assigned();
  LOCKSTEP_TRY(const DeviceAnswer answer, make_own_primary(services, context, *serial));
  if (std::holds_alternative<Reason>(answer)) return answer_response(answer);
  return no_content();
}

Result<Response> post_test(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string code, body.members().text("code"));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const auto serial, serial_of(call));
  if (!serial) return not_assigned();
  LOCKSTEP_TRY(const ResyncAnswer answer, test_own_device(services, context, *serial, code));
  return resync_response(answer, context);
}

Result<Response> post_lost(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string how, body.members().text("how"));
  LOCKSTEP_TRY(const std::optional<std::string> note, body.members().optional_text("note"));
  LOCKSTEP_CHECK(body.members().finish());
  if (how != "lost" && how != "stolen") {
    return fail(Errc::invalid_input, "\"how\" is none of: lost, stolen");
  }
  LOCKSTEP_TRY(const auto serial, serial_of(call));
  if (!serial) return not_assigned();
  LOCKSTEP_TRY(const DeviceAnswer answer,
               report_lost(services, context, *serial,
                           how == "lost" ? HowLost::lost : HowLost::stolen, note.value_or("")));
  return answer_response(answer);
}

}  // namespace

void add_portal_device_routes(RestRoutes& routes) {
  using enum RestRoutes::Fresh;
  routes.add_portal(Method::get, "/devices", no, get_devices);
  routes.add_portal(Method::patch, "/devices/{serial}", no, patch_device);
  routes.add_portal(Method::put, "/devices/{serial}/primary", yes, put_primary);
  routes.add_portal(Method::post, "/devices/{serial}/test", no, post_test);
  routes.add_portal(Method::post, "/devices/{serial}/lost", yes, post_lost);
}

}  // namespace lockstep
