// SPDX-License-Identifier: Apache-2.0
#include "testing/simulated_token.h"

#include <utility>

namespace lockstep {
namespace {

CodeGenerator generator_of(const CodeSpec& spec, const Secret& seed) {
  Result<CodeGenerator> generator = CodeGenerator::make(spec, seed);
  LOCKSTEP_ASSERT(generator.has_value());
  return *std::move(generator);
}

}  // namespace

SimulatedToken::SimulatedToken(const CodeSpec& spec, const Secret& seed)
    : generator_(generator_of(spec, seed)) {}

std::string SimulatedToken::press() {
  LOCKSTEP_ASSERT(generator_.spec().kind == TokenKind::hotp);
  std::string shown = code_at(counter_);
  press_unseen(1);
  return shown;
}

void SimulatedToken::press_unseen(std::uint64_t times) {
  counter_ = Position(counter_.value() + times);
}

std::string SimulatedToken::shows(WallTime server_time) const {
  LOCKSTEP_ASSERT(generator_.spec().kind == TokenKind::totp);
  return code_at(step_at(generator_.spec(), own_time(server_time)));
}

WallTime SimulatedToken::own_time(WallTime server_time) const {
  constexpr std::int64_t kMillion = 1'000'000;
  // Whole seconds first: microseconds times ppm would overflow after some months.
  const Micros since = server_time - clock_.set_at;
  const std::int64_t seconds = since.count() / kMillion;
  const std::int64_t rest = since.count() % kMillion;
  const std::int64_t gained = seconds * clock_.drift_ppm + rest * clock_.drift_ppm / kMillion;
  return server_time + clock_.offset + Micros(gained);
}

std::string SimulatedToken::code_at(Position position) const {
  return to_text(generator_.code_at(position), generator_.spec().digits);
}

}  // namespace lockstep
