// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "front/cli/verb.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

namespace json = boost::json;

struct RekeyOptions {
  bool prepare = false;
  bool nodes_ready = false;
  bool status = false;
  bool no_wait = false;
};

void declare_rekey(CLI::App& verb, RekeyOptions& options) {
  CLI::Option* prepare = verb.add_flag("--prepare", options.prepare,
                                       "Only make the next key, and write it beside the one in "
                                       "use: for other servers of this store");
  verb.add_flag("--nodes-ready", options.nodes_ready,
                "The other servers of this store have the next key, or are stopped")
      ->excludes(prepare);
  verb.add_flag("--status", options.status, "Only say how far it is")->excludes(prepare);
  verb.add_flag("--no-wait", options.no_wait,
                "Do not wait for the end: the server goes on by itself");
}

constexpr Field kKeys[] = {{"state", "state"},          {"key", "current"},
                           {"older keys", "older"},     {"next key", "spare"},
                           {"sealed secrets", "total"}, {"under older keys", "remaining"}};

/// The API's answer, printed; the state is what counts.
ExitCode show(CliSession& session, const ApiReply& reply, const json::value& answer) {
  session.terminal.out(session.format == Format::json ? reply.body + '\n'
                                                      : record_text(answer, kKeys));
  return ExitCode::ok;
}

struct Asked {
  ApiReply reply;
  json::value answer;
};

/// Nullopt when it failed; `code` then says how.
std::optional<Asked> ask(CliSession& session, const ApiRequest& request, ExitCode& code) {
  auto reply = session.api.send(request);
  if (!reply) {
    code = report(session.terminal, reply.error());
    return std::nullopt;
  }
  if (exit_code_of_status(reply->status) != ExitCode::ok) {
    code = report_problem(session, *reply);
    return std::nullopt;
  }
  auto answer = parse_answer(*reply);
  if (!answer) {
    code = report(session.terminal, answer.error());
    return std::nullopt;
  }
  return Asked{*std::move(reply), *std::move(answer)};
}

/// Asks until nothing is left under older keys, or nothing moves any more.
ExitCode follow(CliSession& session, Asked last) {
  constexpr int kStandstillsMax = 60;  // half a minute without a change
  ExitCode code = ExitCode::ok;
  for (int standstills = 0; text_at(last.answer, "state") != "idle";) {
    if (standstills == kStandstillsMax) {
      show(session, last.reply, last.answer);
      session.terminal.err(
          "lockstep: it does not move on. The server's log says why; the old key is kept until "
          "nothing needs it\n");
      return ExitCode::refused;
    }
    session.terminal.pause();
    auto next = ask(session, {"GET", "/api/v1/rekey", ""}, code);
    if (!next) return code;
    const std::string remaining = text_at(next->answer, "remaining");
    const bool moved = remaining != text_at(last.answer, "remaining");
    standstills = moved ? 0 : standstills + 1;
    if (moved && session.format == Format::words) {
      session.terminal.err(remaining + " of " + text_at(next->answer, "total") + " left\n");
    }
    last = *std::move(next);
  }
  return show(session, last.reply, last.answer);
}

ExitCode rekey(CliSession& session, const RekeyOptions& options) {
  ExitCode code = ExitCode::ok;
  if (options.status) {
    const auto asked = ask(session, {"GET", "/api/v1/rekey", ""}, code);
    return asked ? show(session, asked->reply, asked->answer) : code;
  }
  json::object order;
  if (options.prepare) order["prepare"] = true;
  if (options.nodes_ready) order["nodes_ready"] = true;
  auto begun = ask(session, {"POST", "/api/v1/rekey", json::serialize(order)}, code);
  if (!begun) return code;
  if (options.prepare || options.no_wait) return show(session, begun->reply, begun->answer);
  return follow(session, *std::move(begun));
}

}  // namespace

void add_rekey_verb(CLI::App& app, Action& chosen) {
  add_verb<RekeyOptions>(
      app, chosen,
      {"rekey", "Changes the key that seals all secrets, while the server goes on.",
       "Example: lockstep rekey\n"
       "         lockstep rekey --status\n"
       "A new key is written to the key file, everything sealed is wrapped anew under it, and the\n"
       "old key is removed when nothing needs it. Interrupted at any moment nothing is lost: the\n"
       "server goes on at its next start. Copy the key file anew afterwards, and keep the old "
       "copy\n"
       "for as long as backups from before: they open with it alone. Several servers on one\n"
       "store: docs/guides/keys.md."},
      declare_rekey, rekey);
}

}  // namespace lockstep
