// SPDX-License-Identifier: Apache-2.0
// What waits for a second operator to agree; the change of many tokens, which may.
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/table.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kApprovalRow[] = {{"APPROVAL", "id"},
                                  {"WHAT", "what"},
                                  {"CHANGE", "change"},
                                  {"ASKED BY", "asked_by"},
                                  {"AGREED BY", "agreed_by"},
                                  {"UNTIL", "expires_at"},
                                  {"SEARCH", "q"},
                                  {"OVERWRITES", "overwritten"},
                                  {"TOKENS", "serials"}};

struct OneApproval {
  std::string id;
};

void declare_id(CLI::App& verb, OneApproval& options) {
  verb.add_option("APPROVAL", options.id, "As `approval list` names it")->required();
}

ExitCode decide(CliSession& session, const OneApproval& options, const char* how) {
  const Target target = Target("/api/v1/approvals").segment(options.id).segment(how);
  return call_api(session, {"POST", target.text(), ""},
                  says("approval " + options.id + ": " + how + "d\n"));
}

struct Bulk {
  std::vector<std::string> serials;
  std::string state;
  bool gone = false;
};

void declare_bulk(CLI::App& verb, Bulk& options) {
  verb.add_option("SERIAL", options.serials, "Up to 1,000 serials")->required()->expected(1, 1'000);
  CLI::Option* state =
      verb.add_option("--state", options.state, "enabled, suspended, lost, faulty or revoked")
          ->check(CLI::IsMember({"enabled", "suspended", "lost", "faulty", "revoked"}));
  verb.add_flag("--delete", options.gone, "Delete them, their seeds with them")->excludes(state);
}

std::string bulk_text(const json::value& answer) {
  return printable(text_at(answer, "changed")) + " tokens changed\n";
}

ExitCode change_many(CliSession& session, const Bulk& options) {
  if (options.state.empty() && !options.gone) {
    return report(session.terminal, {Errc::invalid_input, "say --state or --delete"});
  }
  json::object body;
  json::array& serials = body["serials"].emplace_array();
  for (const std::string& serial : options.serials) serials.emplace_back(serial);
  if (options.gone) body["delete"] = true;
  if (!options.gone) body["state"] = options.state;
  const auto reply = session.api.send({"POST", "/api/v1/tokens/bulk", json::serialize(body)});
  if (reply && waits_for_approval(*reply)) return report_waiting(session, *reply, "");
  return show_answer(session, reply, bulk_text);
}

}  // namespace

void add_approval_verbs(CLI::App& app, Action& chosen) {
  CLI::App& noun = add_noun(app, "approval", "What waits for a second operator to agree");
  add_verb<OneApproval>(
      noun, chosen,
      {"list", "Lists what waits for a second operator, and what one agreed to.",
       "Example: lockstep approval list"},
      [](CLI::App&, OneApproval&) {},
      [](CliSession& session, const OneApproval&) {
        return call_api(session, {"GET", "/api/v1/approvals", ""},
                        shows_list("items", kApprovalRow));
      });
  add_verb<OneApproval>(
      noun, chosen,
      {"approve", "Agrees to what somebody else asked for.",
       "Example: lockstep approval approve 4711\n"
       "A change of tokens or an import is carried out at once; an export may then be done by who\n"
       "asked, once, within the hour. Nobody agrees to what they asked for themselves."},
      declare_id, [](CliSession& session, const OneApproval& options) {
        return decide(session, options, "approve");
      });
  add_verb<OneApproval>(
      noun, chosen,
      {"refuse", "Says no to what somebody asked for, or takes one's own question back.",
       "Example: lockstep approval refuse 4711"},
      declare_id, [](CliSession& session, const OneApproval& options) {
        return decide(session, options, "refuse");
      });
}

void add_bulk_verb(CLI::App& token, Action& chosen) {
  add_verb<Bulk>(token, chosen,
                 {"bulk", "Changes or deletes many tokens at once: all of them, or none.",
                  "Example: lockstep token bulk 26000137 26000138 --state revoked\n"
                  "More than 10 need a second operator, where the policy's approval.mass_change "
                  "says so: then\n"
                  "nothing is changed yet, and it ends with 6. See `approval`."},
                 declare_bulk, change_many);
}

}  // namespace lockstep
