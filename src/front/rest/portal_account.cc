// SPDX-License-Identifier: Apache-2.0
// The portal: temporary codes, what has happened, a word to the help desk.
#include "service/portal_account.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "front/rest/errors.h"
#include "front/rest/portal_json.h"
#include "front/rest/routes.h"

namespace lockstep {
namespace {

constexpr std::array<std::string_view, 3> kHelpAbout = {"replacement", "resync", "other"};

Result<Response> post_temporary(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const GivenCodes given, take_temporary_codes(services, context));
  boost::json::array codes;
  for (const std::string& one : given.codes) codes.push_back(json_text(one));
  return json_response(201, {{"codes", std::move(codes)}, {"until", json_time(given.until)}});
}

Result<Response> delete_temporary(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(end_temporary_codes(services, context));
  return no_content();
}

Result<Response> get_activity(Services& services, const Context& context, const Call&) {
  LOCKSTEP_TRY(const std::vector<Activity> entries, own_activity(services, context));
  boost::json::array items;
  for (const Activity& one : entries) items.push_back(activity_json(one));
  return json_response(200, {{"items", std::move(items)}});
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Response> post_not_me(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  const std::string_view id = call.path("id");
  const std::size_t hyphen = std::min(id.find('-'), id.size());
  const auto node = parse_number(id.substr(0, hyphen));
  const auto seq = parse_number(id.substr(std::min(hyphen + 1, id.size())));
  if (!node || !seq) return fail(Errc::not_found, "no such entry");
  LOCKSTEP_TRY(const NotMeAnswer answer, report_not_me(services, context, NodeId(*node), *seq));
  if (const auto* why = std::get_if<Reason>(&answer)) return problem(*why, {});
  boost::json::array suspended;
  for (const Serial& one : std::get<std::vector<Serial>>(answer))
    suspended.push_back(json_text(one.text()));
  return json_response(200, {{"suspended", std::move(suspended)}});
}

Result<Response> post_help(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  HelpRequest request;
  LOCKSTEP_TRY(request.about, body.members().text("about"));
  LOCKSTEP_TRY(const std::optional<std::string> serial, body.members().optional_text("serial"));
  LOCKSTEP_TRY(const std::optional<std::string> note, body.members().optional_text("note"));
  LOCKSTEP_CHECK(body.members().finish());
  if (std::ranges::find(kHelpAbout, request.about) == kHelpAbout.end()) {
    return fail(Errc::invalid_input, "\"about\" is none of: replacement, resync, other");
  }
  request.note = note.value_or("");
  if (serial) {
    auto parsed = Serial::parse(*serial);
    if (!parsed) return problem(Reason::not_assigned, {});
    request.serial = *std::move(parsed);
  }
  const Result<bool> asked = ask_for_help(services, context, request);
  if (!asked && asked.error().code == Errc::not_found) return problem(Reason::not_assigned, {});
  if (!asked) return std::unexpected(asked.error());
  if (!*asked) return problem(Reason::too_many_attempts, {});
  Response response;
  response.status = 202;
  return response;
}

}  // namespace

void add_portal_account_routes(RestRoutes& routes) {
  using enum RestRoutes::Fresh;
  routes.add_portal(Method::post, "/temporary-code", yes, post_temporary);
  routes.add_portal(Method::delete_, "/temporary-code", no, delete_temporary);
  routes.add_portal(Method::get, "/activity", no, get_activity);
  routes.add_portal(Method::post, "/activity/{id}/not-me", no, post_not_me);
  routes.add_portal(Method::post, "/help", no, post_help);
}

}  // namespace lockstep
