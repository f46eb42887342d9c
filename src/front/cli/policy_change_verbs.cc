// SPDX-License-Identifier: Apache-2.0
// How a policy changes: draft, look, apply, and back again.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/policy/odds.h"
#include "formats/policy_document.h"
#include "front/cli/read_file.h"
#include "front/cli/table.h"
#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kDraft[] = {{"begun from revision", "base"},
                            {"another came into force since", "is_overtaken"},
                            {"written at", "at"},
                            {"by", "by"}};
constexpr Field kRevision[] = {{"revision", "revision"}, {"preset", "preset"}};
constexpr Field kRevisionRow[] = {
    {"REVISION", "revision"}, {"AT", "at"}, {"BY", "by"}, {"PRESET", "document.preset"}};

/// A record, and below it the policy's document as it was written.
std::string draft_text(const json::value& answer) {
  const json::object* body = answer.if_object();
  const json::value* document = body == nullptr ? nullptr : body->if_contains("document");
  std::string text = record_text(answer, kDraft);
  if (document != nullptr) text += printable(json::serialize(*document)) + '\n';
  return text;
}

struct DraftOptions {
  std::string file;
  bool drop = false;
  std::string base;
};

void declare_draft(CLI::App& verb, DraftOptions& options) {
  CLI::Option* file = verb.add_option("FILE", options.file, "A policy document, JSON");
  verb.add_option("--base", options.base,
                  "The revision that the file was written from; else a draft keeps its own")
      ->needs(file);
  verb.add_flag("--drop", options.drop, "Throw the draft away")->excludes(file);
}

ExitCode draft(CliSession& session, const DraftOptions& options) {
  if (options.drop) {
    return call_api(session, {"DELETE", "/api/v1/policy/draft", ""}, says("draft thrown away\n"));
  }
  if (options.file.empty()) {
    return call_api(session, {"GET", "/api/v1/policy/draft", ""}, draft_text);
  }
  auto content = read_file(options.file, kPolicyBytesMax);
  if (!content) return report(session.terminal, content.error());
  Target target("/api/v1/policy/draft");
  target.query("base", options.base);
  return call_api(session, {"PUT", target.text(), *std::move(content)}, draft_text);
}

struct DiffOptions {
  std::string from = "current";
  std::string to = "draft";
};

void declare_diff(CLI::App& verb, DiffOptions& options) {
  verb.add_option("FROM", options.from, "current, draft, or a revision's number")
      ->capture_default_str();
  verb.add_option("TO", options.to, "The same")->capture_default_str();
}

double number_at(const json::value& from, const char* path) {
  return std::strtod(text_at(from, path).c_str(), nullptr);
}

std::string side_text(const json::value& row, const std::string& side) {
  const double tries = number_at(row, (side + ".attempts_per_year").c_str());
  return in_words(number_at(row, (side + ".per_attempt").c_str())) + ", " +
         std::to_string(std::llround(tries)) + " tries a year";
}

std::string diff_text(const json::value& answer) {
  std::string text =
      printable(text_at(answer, "from")) + " -> " + printable(text_at(answer, "to")) + '\n';
  const auto rows = [&](const char* list) -> const json::array& {
    static const json::array kNone;
    const json::value* found = answer.is_object() ? answer.get_object().if_contains(list) : nullptr;
    return found == nullptr || !found->is_array() ? kNone : found->get_array();
  };
  if (rows("changes").empty()) return text + "no difference\n";
  for (const json::value& row : rows("changes")) text += printable(text_at(row, "words")) + '\n';
  const std::string draft = printable(text_at(answer, "draft_version"));
  const std::string apply =
      draft.empty()
          ? ""
          : "\nTo put just this draft into force: lockstep policy apply --seen " + draft + '\n';
  if (rows("odds").empty()) return text + "\nWhat a thief gains stays the same.\n" + apply;
  Table table({"OF", "TOKEN", "ONE TRY, BEFORE", "AFTER"});
  for (const json::value& row : rows("odds")) {
    const std::string name = text_at(row, "name");
    const std::string model = text_at(row, "model");
    table.add({name.empty()
                   ? "everybody"
                   : text_at(row, "part") + ' ' + name + (model.empty() ? "" : ", model " + model),
               text_at(row, "label"), side_text(row, "before"), side_text(row, "after")});
  }
  return text + "\nWhat somebody gains who knows the first factor but has no token:\n" +
         table.text() + apply;
}

ExitCode diff(CliSession& session, const DiffOptions& options) {
  Target target("/api/v1/policy/diff");
  target.query("from", options.from).query("to", options.to);
  return call_api(session, {"GET", target.text(), ""}, diff_text);
}

struct ApplyOptions {
  std::string seen;
};

void declare_apply(CLI::App& verb, ApplyOptions& options) {
  verb.add_option("--seen", options.seen,
                  "Only the draft that `policy diff` showed: as it says it");
}

ExitCode apply(CliSession& session, const ApplyOptions& options) {
  ApiRequest request{"POST", "/api/v1/policy/apply", ""};
  if (!options.seen.empty()) request.if_match = '"' + options.seen + '"';
  return call_api(session, request, shows_record(kRevision));
}

struct RevertOptions {
  std::uint64_t revision = 0;
};

void declare_revert(CLI::App& verb, RevertOptions& options) {
  verb.add_option("REVISION", options.revision, "Its number; 0: the preset default")->required();
}

ExitCode revert(CliSession& session, const RevertOptions& options) {
  const json::object body{{"revision", options.revision}};
  return call_api(session, {"POST", "/api/v1/policy/revert", json::serialize(body)},
                  shows_record(kRevision));
}

}  // namespace

void add_policy_change_verbs(CLI::App& policy, Action& chosen) {
  add_verb<DraftOptions>(
      policy, chosen,
      {"draft", "Shows the draft of a policy, writes one, or throws it away.",
       "Example: lockstep policy draft policy.json\n"
       "         lockstep policy draft --drop\n"
       "Nobody's log-ins know of it before `lockstep policy apply`. There is one draft; who\n"
       "writes one takes the place of what was there."},
      declare_draft, draft);
  add_verb<DiffOptions>(
      policy, chosen,
      {"diff", "Says what differs between two policies, and what it means for a thief's odds.",
       "Example: lockstep policy diff\n"
       "         lockstep policy diff 3 current"},
      declare_diff, diff);
  add_verb<ApplyOptions>(
      policy, chosen,
      {"apply", "Puts the draft into force, from the next request on.",
       "Example: lockstep policy apply --seen 1795363200000001\n"
       "`lockstep policy diff` says the number: with it a draft that somebody else has written\n"
       "since is not put into force unseen. Refused when another revision came into force since\n"
       "the draft was begun: compare, then `lockstep policy draft FILE --base REVISION`."},
      declare_apply, apply);
  add_verb<RevertOptions>(policy, chosen,
                          {"revert", "Puts an older revision into force again, as a new one.",
                           "Example: lockstep policy revert 3"},
                          declare_revert, revert);
  add_verb<PageOptions>(policy, chosen,
                        {"history", "Lists the revisions of the policy, the newest first.",
                         "Example: lockstep policy history --limit 10"},
                        declare_page, [](CliSession& session, const PageOptions& page) {
                          Target target("/api/v1/policy/revisions");
                          add_to(target, page);
                          return call_api(session, {"GET", target.text(), ""},
                                          shows_list("items", kRevisionRow));
                        });
}

}  // namespace lockstep
