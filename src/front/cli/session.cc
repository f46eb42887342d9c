// SPDX-License-Identifier: Apache-2.0
#include "front/cli/session.h"

#include "formats/json.h"
#include "front/cli/table.h"

namespace lockstep {
namespace {

void print_json(CliSession& session, const ApiReply& reply) {
  session.terminal.out(reply.body.ends_with('\n') ? reply.body : reply.body + '\n');
}

}  // namespace

ExitCode report(Terminal& terminal, const Error& error) {
  terminal.err("lockstep: " + printable(error.context) + '\n');
  return exit_code_of(error.code);
}

ExitCode report_problem(CliSession& session, const ApiReply& reply) {
  const ExitCode code = exit_code_of_status(reply.status);
  if (session.format == Format::json) {
    print_json(session, reply);
    return code;
  }
  std::string text = "HTTP status " + std::to_string(reply.status);
  if (const auto problem = parse_answer(reply); problem && problem->is_object()) {
    const std::string detail = text_at(*problem, "detail");
    const std::string reason = text_at(*problem, "reason");
    text = detail.empty() ? text_at(*problem, "title") : detail;
    if (!reason.empty()) text += " (" + reason + ')';
  }
  session.terminal.err("lockstep: " + printable(text) + '\n');
  return code;
}

bool waits_for_approval(const ApiReply& reply) {
  constexpr unsigned kAccepted = 202;
  return reply.status == kAccepted;
}

ExitCode report_waiting(CliSession& session, const ApiReply& reply, const std::string& then) {
  const auto answer = parse_answer(reply);
  if (!answer) return report(session.terminal, answer.error());
  if (session.format == Format::json) print_json(session, reply);
  const std::string id = text_at(*answer, "approval.id");
  return report(session.terminal, {Errc::not_allowed, "nothing was done yet: approval " + id +
                                                          " waits for another operator" +
                                                          (then.empty() ? "" : "; " + then + id)});
}

ExitCode call_api(CliSession& session, const ApiRequest& request, const View& view) {
  return show_answer(session, session.api.send(request), view);
}

ExitCode show_answer(CliSession& session, const Result<ApiReply>& reply, const View& view) {
  if (!reply) return report(session.terminal, reply.error());
  if (exit_code_of_status(reply->status) != ExitCode::ok) return report_problem(session, *reply);
  if (session.format == Format::json) {
    if (!reply->body.empty()) print_json(session, *reply);
    return ExitCode::ok;
  }
  const auto answer = parse_answer(*reply);
  if (!answer) return report(session.terminal, answer.error());
  session.terminal.out(view(*answer));
  return ExitCode::ok;
}

Result<boost::json::value> parse_answer(const ApiReply& reply) {
  if (reply.body.empty()) return boost::json::value(boost::json::object{});
  auto value = parse_json(reply.body);
  if (!value) return fail(Errc::unavailable, "the server's answer is not JSON");
  return value;
}

}  // namespace lockstep
