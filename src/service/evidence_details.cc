// SPDX-License-Identifier: Apache-2.0
#include "service/evidence_details.h"

#include <algorithm>

#include <fmt/format.h>

namespace lockstep {

namespace {

using Details = std::vector<std::pair<std::string, std::string>>;

template <class T>
void add(Details& details, std::string_view name, const std::optional<T>& value) {
  if (value) details.emplace_back(name, fmt::format("{}", *value));
}

std::optional<std::uint64_t> number_of(const std::optional<Position>& position) {
  if (!position) return std::nullopt;
  return position->value();
}

std::optional<std::string> seconds_of(const std::optional<Micros>& span) {
  if (!span) return std::nullopt;
  return fmt::format("{:.3f}", static_cast<double>(span->count()) / 1e6);
}

std::string text_of(const CodeSpec& spec) {
  const std::string_view hash = spec.hash == HashAlgorithm::sha1     ? "sha1"
                                : spec.hash == HashAlgorithm::sha256 ? "sha256"
                                                                     : "sha512";
  if (spec.kind == TokenKind::hotp) return fmt::format("hotp {} {}", hash, spec.digits.count());
  return fmt::format("totp {} {} step {} t0 {}", hash, spec.digits.count(), spec.step.count(),
                     spec.t0.count());
}

}  // namespace

std::optional<Serial> serial_of(const std::optional<TokenId>& id, std::span<const Token> tokens) {
  if (!id) return std::nullopt;
  const auto token = std::ranges::find(tokens, *id, &Token::id);
  if (token == tokens.end()) return std::nullopt;
  return token->serial;
}

void add_move(Details& details, const Token& token, const Progress& after) {
  const auto add_place = [&](const char* name, Position position) {
    details.emplace_back(name, fmt::format("{}@{}", token.serial.text(), position.value()));
  };
  if (after.next != token.progress.next) add_place("next", after.next);
  for (const Remembered& one : after.remembered) {
    const auto& before = token.progress.remembered;
    const bool known =
        std::ranges::find(before, one.position, &Remembered::position) != before.end();
    if (!known) add_place("spent", one.position);
  }
}

Details evidence_details(const Evidence& evidence, std::span<const Token> tokens) {
  Details details;
  add(details, "position", number_of(evidence.position));
  add(details, "old_next", number_of(evidence.old_next));
  add(details, "off", evidence.off);
  add(details, "gap", evidence.gap);
  add(details, "offset_before_seconds", seconds_of(evidence.offset_before));
  add(details, "offset_after_seconds", seconds_of(evidence.offset_after));
  if (evidence.when) details.emplace_back("when", to_rfc3339(*evidence.when));
  if (evidence.fits) details.emplace_back("fits", text_of(*evidence.fits));
  if (!evidence.seed_reading.empty()) details.emplace_back("seed_reading", evidence.seed_reading);
  add(details, "searched", evidence.searched);
  for (const Position place : evidence.places) {
    details.emplace_back("place", fmt::format("{}", place.value()));
  }
  if (evidence.implausible) details.emplace_back("implausible", "true");
  if (evidence.ahead_warning) details.emplace_back("ahead_warning", "true");
  for (const TokenId id : evidence.locked) {
    const std::optional<Serial> serial = serial_of(id, tokens);
    if (serial) details.emplace_back("suspended", serial->text());
  }
  return details;
}

}  // namespace lockstep
