// SPDX-License-Identifier: Apache-2.0
#include "front/cli/resync_text.h"

#include <cstdint>
#include <cstdlib>

#include <boost/json/serialize.hpp>

#include "front/cli/table.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr Field kEvidence[] = {
    {"how far off", "evidence.off"},
    {"found at position", "evidence.position"},
    {"expected position", "evidence.old_next"},
    {"codes between the two", "evidence.gap"},
    {"when", "evidence.when"},
    {"what would fit", "evidence.fits"},
    {"places that fit", "evidence.places"},
    {"tries left before a pause", "attempts_left"},
    {"try again in seconds", "retry_after"},
};

/// "45 s", "9 min", "11 h 20 min".
std::string span_text(std::int64_t seconds) {
  seconds = std::abs(seconds);
  const std::int64_t hours = seconds / 3600;
  const std::int64_t minutes = seconds / 60 % 60;
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (hours == 0) return std::to_string(minutes) + " min";
  return std::to_string(hours) + " h" + (minutes > 0 ? ' ' + std::to_string(minutes) + " min" : "");
}

}  // namespace

std::string moved_text(const json::value& answer) {
  const std::string direction = text_at(answer, "direction");
  const std::string moved = text_at(answer, "moved");
  if (direction == "none" || moved.empty() || moved == "0") return "in step";
  std::string text = moved + ' ' + text_at(answer, "unit");
  if (moved == "1") text.pop_back();
  if (const std::string seconds = text_at(answer, "seconds"); !seconds.empty()) {
    text += " (" + span_text(std::strtoll(seconds.c_str(), nullptr, 10)) + ')';
  }
  return text + ' ' + direction;
}

std::string refusal_text(const json::value& problem) {
  const std::string detail = text_at(problem, "detail");
  std::string text = detail.empty() ? text_at(problem, "title") : detail;
  if (const std::string reason = text_at(problem, "reason"); !reason.empty()) {
    text += " (" + reason + ')';
  }
  return printable(text) + '\n' + record_text(problem, kEvidence);
}

ExitCode call_resync(CliSession& session, const Target& target, const json::object& body) {
  const auto reply = session.api.send({"POST", target.text(), json::serialize(body)});
  if (!reply) return report(session.terminal, reply.error());
  const ExitCode code = exit_code_of_status(reply->status);
  const auto answer = parse_answer(*reply);
  if (session.format == Format::json || !answer) {
    if (code != ExitCode::ok) return report_problem(session, *reply);
    session.terminal.out(reply->body + '\n');
    return code;
  }
  if (code == ExitCode::ok) {
    session.terminal.out("Found " + printable(moved_text(*answer)) + ".\n");
    return code;
  }
  session.terminal.err("lockstep: " + refusal_text(*answer));
  return code;
}

}  // namespace lockstep
