// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "formats/people_csv.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

// As the API calls them. A seed is none of them: the API never gives one.
constexpr const char* kColumns[] = {
    "serial", "state", "kind",  "algorithm",  "digits",      "step_seconds", "t0_seconds",
    "form",   "model", "owner", "valid_from", "valid_until", "created_at"};

struct InventoryOptions {
  std::string search;
};

void declare(CLI::App& verb, InventoryOptions& options) {
  verb.add_option("-q,--search", options.search, "Only tokens with this in serial or model");
}

std::string rows_of(const json::value& answer) {
  std::string text;
  const json::value* items = answer.is_object() ? answer.as_object().if_contains("items") : nullptr;
  if (items == nullptr || !items->is_array()) return text;
  for (const json::value& item : items->as_array()) {
    std::vector<std::string> fields;
    for (const char* column : kColumns) fields.push_back(text_at(item, column));
    text += csv_line(fields);
  }
  return text;
}

ExitCode export_tokens(CliSession& session, const InventoryOptions& options) {
  session.terminal.out(csv_line({std::begin(kColumns), std::end(kColumns)}));
  std::string after;
  do {
    Target target("/api/v1/tokens");
    target.query("limit", "1000").query("q", options.search).query("after", after);
    const auto reply = session.api.send({"GET", target.text(), ""});
    if (!reply) return report(session.terminal, reply.error());
    if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
    const auto answer = parse_answer(*reply);
    if (!answer) return report(session.terminal, answer.error());
    session.terminal.out(rows_of(*answer));
    after = text_at(*answer, "next");
  } while (!after.empty());
  return ExitCode::ok;
}

}  // namespace

void add_inventory_verb(CLI::App& token, Action& chosen) {
  add_verb<InventoryOptions>(
      token, chosen,
      {"export", "Prints the inventory as CSV: all tokens with their owners, without seeds.",
       "Example: lockstep token export > tokens.csv\n"
       "One line for each token, by serial; the first line names the columns. Seeds are never\n"
       "shown. A field that a spreadsheet would take for a formula gets an apostrophe in front."},
      declare, export_tokens);
}

}  // namespace lockstep
