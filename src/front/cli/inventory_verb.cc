// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

struct InventoryOptions {
  std::optional<std::string> search;
  std::optional<std::string> approval;
};

void declare(CLI::App& verb, InventoryOptions& options) {
  verb.add_option("-q,--search", options.search, "Only tokens with this in serial or model");
  verb.add_option("--approval", options.approval, "What another operator agreed to");
}

ExitCode export_tokens(CliSession& session, const InventoryOptions& options) {
  json::object body;
  if (options.search) body["q"] = *options.search;
  if (options.approval) body["approval"] = *options.approval;
  const auto reply = session.api.send({"POST", "/api/v1/inventory-exports", json::serialize(body)});
  if (!reply) return report(session.terminal, reply.error());
  if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
  if (waits_for_approval(*reply)) {
    return report_waiting(session, *reply, "then say the same with --approval ");
  }
  session.terminal.out(reply->body);
  return ExitCode::ok;
}

}  // namespace

void add_inventory_verb(CLI::App& token, Action& chosen) {
  add_verb<InventoryOptions>(
      token, chosen,
      {"export", "Prints the inventory as CSV: all tokens with their owners, without seeds.",
       "Example: lockstep token export > tokens.csv\n"
       "One line for each token, by serial; the first line names the columns. Seeds are never\n"
       "shown. A field that a spreadsheet would take for a formula gets an apostrophe in front.\n"
       "Where policy asks for two (approval.export), the first call asks and prints nothing."},
      declare, export_tokens);
}

}  // namespace lockstep
