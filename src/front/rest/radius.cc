// SPDX-License-Identifier: Apache-2.0
#include "front/rest/routes.h"

namespace lockstep {
namespace {

boost::json::object packet_json(const SpokenPacket& packet) {
  boost::json::array lines;
  for (const SpokenLine& line : packet.lines) {
    lines.push_back({{"name", line.name}, {"value", line.value}});
  }
  return {{"kind", packet.kind}, {"attributes", std::move(lines)}};
}

boost::json::object exchange_json(const Exchange& exchange, const std::optional<UserName>& user) {
  boost::json::object result{
      {"at", json_time(exchange.at)}, {"client", exchange.client},
      {"peer", exchange.peer},        {"fate", exchange.fate},
      {"again", exchange.again},      {"request", packet_json(exchange.request)}};
  if (user) result["user"] = user->text();
  if (exchange.reply) result["reply"] = packet_json(*exchange.reply);
  return result;
}

/// The user of this name, as far as the caller may see them: a name that nobody has may be a
/// password in the wrong field.
Result<std::optional<UserName>> known_user(Services& services, const std::string& typed) {
  const Result<UserName> name = UserName::parse(typed);
  if (!name) return std::nullopt;
  LOCKSTEP_TRY(const Situation now, services.store.situation(Subject(*name)));
  if (!now.user) return std::nullopt;
  return *name;
}

Result<Response> get_exchanges(Services& services, const Context& context, const Call& call,
                               const ExchangeLog* exchanges) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const Page page, page_of(call));
  boost::json::array items;
  if (exchanges == nullptr) return list_response(std::move(items), {});
  const std::optional<std::string> client = call.query("client");
  if (client && !exchanges->knows(*client)) {
    return fail(Errc::not_found, "no RADIUS client of the configuration has this name");
  }
  for (const Exchange& one : exchanges->last(client, page.limit)) {
    LOCKSTEP_TRY(const std::optional<UserName> user, known_user(services, one.user));
    // Of others' users a caller of narrow scope learns nothing, not even that they tried.
    if (!user && !context.caller.scope.empty()) continue;
    items.push_back(exchange_json(one, user));
  }
  return list_response(std::move(items), {});
}

}  // namespace

void add_radius_routes(RestRoutes& routes, const ExchangeLog* exchanges) {
  routes.add(Method::get, "/radius/exchanges", {Permission::diagnose},
             [exchanges](Services& services, const Context& context, const Call& call) {
               return get_exchanges(services, context, call, exchanges);
             },
             {"client", "limit"});
}

}  // namespace lockstep
