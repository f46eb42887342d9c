// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "front/cli/table.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

struct ExchangesOptions {
  std::string client;
  std::string limit;
};

void declare_exchanges(CLI::App& verb, ExchangesOptions& options) {
  verb.add_option("CLIENT", options.client, "As the configuration names it; default: all");
  verb.add_option("--limit", options.limit, "At most so many, the newest; default: 100");
}

std::string packet_text(const json::value& packet, std::string_view arrow) {
  std::string text = "  " + std::string(arrow) + ' ' + printable(text_at(packet, "kind")) + '\n';
  const json::object* object = packet.if_object();
  const json::value* lines = object == nullptr ? nullptr : object->if_contains("attributes");
  if (lines == nullptr || !lines->is_array()) return text;
  for (const json::value& line : lines->get_array()) {
    text += "      " + printable(text_at(line, "name")) + " = " +
            printable(text_at(line, "value")) + '\n';
  }
  return text;
}

std::string exchange_text(const json::value& exchange) {
  const std::string user = text_at(exchange, "user");
  const std::string again = text_at(exchange, "again");
  std::string text =
      printable(text_at(exchange, "at")) + "  " + printable(text_at(exchange, "client")) + "  " +
      printable(text_at(exchange, "peer")) + "  user " +
      (user.empty() ? "unknown" : printable(user)) + "  " + printable(text_at(exchange, "fate"));
  if (again != "0") text += "  (came " + printable(again) + " times more)";
  text += '\n';
  const json::object& members = exchange.as_object();
  if (const json::value* request = members.if_contains("request")) {
    text += packet_text(*request, ">");
  }
  const json::value* reply = members.if_contains("reply");
  return text + (reply == nullptr ? "  < nothing\n" : packet_text(*reply, "<"));
}

/// The oldest first: what is asked about stands at the end, above the prompt.
std::string exchanges_text(const json::value& answer) {
  const json::object* object = answer.if_object();
  const json::value* items = object == nullptr ? nullptr : object->if_contains("items");
  if (items == nullptr || !items->is_array() || items->get_array().empty()) return "none\n";
  std::string text;
  const json::array& all = items->get_array();
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    if (one->is_object()) text += exchange_text(*one);
  }
  return text;
}

ExitCode exchanges(CliSession& session, const ExchangesOptions& options) {
  Target target("/api/v1/radius/exchanges");
  target.query("client", options.client).query("limit", options.limit);
  return call_api(session, {"GET", target.text(), ""}, exchanges_text);
}

}  // namespace

void add_radius_verbs(CLI::App& app, Action& chosen) {
  CLI::App& noun = add_noun(app, "radius", "RADIUS: what its clients say, and a client to try it");
  add_verb<ExchangesOptions>(
      noun, chosen,
      {"exchanges", "Shows what RADIUS clients and the server said to each other last.",
       "Example: lockstep radius exchanges vpn\n"
       "The last 16 of each client since the server started, decoded, without passwords, codes\n"
       "and States; what becomes of a request is explained in docs/reference/radius.md. A name\n"
       "that nobody has is not shown: it may be a password. Why a log-in was refused:\n"
       "lockstep audit list --user NAME. With several servers each shows its own."},
      declare_exchanges, exchanges);
}

}  // namespace lockstep
