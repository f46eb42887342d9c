// SPDX-License-Identifier: Apache-2.0
// One token, its owner's account and a server clock, for the tests of explicit resynchronisation.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/sync/resync.h"
#include "testing/simulated_token.h"

namespace lockstep {

/// The server time that the published offsets of TOTP codes count from.
inline constexpr std::int64_t kWorldStart = 1'700'000'000;

/// The key of RFC 4226 appendix D, RFC 6238 appendix B.
inline Secret rfc_seed() { return Secret::copy_of("12345678901234567890"); }

/// `after` past the start, on both clocks.
inline Instant instant_at(Micros after) {
  return {WallTime(Seconds(kWorldStart)) + after, MonoTime(after.count()), ClockRun(1)};
}

inline CodeSpec event_spec(Digits digits = Digits::six()) {
  CodeSpec spec;
  spec.digits = digits;
  return spec;
}

inline CodeSpec time_spec(Seconds step = Seconds(30)) {
  CodeSpec spec;
  spec.kind = TokenKind::totp;
  spec.step = step;
  return spec;
}

/// The world of one token. What a decision changes takes effect with `apply`.
struct World {
  explicit World(const CodeSpec& spec, PresetName preset_name = PresetName::standard)
      : device(spec, rfc_seed()),
        seed(rfc_seed()),
        token{.id = TokenId(7),
              .serial = Serial::parse("T-1").value(),
              .spec = spec,
              .form = TokenForm::hardware,
              .status = TokenStatus::enabled,
              .model = {},
              .owner = UserId(1),
              .valid_from = {},
              .valid_until = {},
              .created_at = {},
              .seed = {},
              .progress = {},
              .version = {}},
        policy(preset(preset_name)) {}

  SimulatedToken device;
  Secret seed;
  Token token;
  UserSync owner;
  Policy policy;
  ResyncAuthority authority = ResyncAuthority::operator_;
  Instant now = instant_at(Micros::zero());

  /// Time token: the step of a clock that is right.
  [[nodiscard]] Position step() const { return step_at(token.spec, now.wall); }

  [[nodiscard]] GivenCode typed(std::string_view text) const {
    return given_code(text, token.spec.digits, now);
  }
  [[nodiscard]] GivenCode code_at(Position position) const {
    return typed(device.code_at(position));
  }
  /// Codes at these positions, given at once.
  [[nodiscard]] std::vector<GivenCode> codes_at(std::initializer_list<Position> positions) const {
    std::vector<GivenCode> codes;
    for (const Position one : positions) codes.push_back(code_at(one));
    return codes;
  }

  [[nodiscard]] ResyncDecision decide_resync(std::vector<GivenCode> codes,
                                             std::optional<Position> counter = {}) const {
    CodeBook book(CodeGenerator::make(token.spec, seed).value());
    const ResyncRequest request{std::move(codes), counter, authority, now};
    return resync({token, book}, seed, &owner, request, policy);
  }
  /// A pair from `first` on, given at once.
  [[nodiscard]] ResyncDecision pair_at(Position first) const {
    return decide_resync(codes_at({first, first.moved(1)}));
  }
  [[nodiscard]] ResyncDecision dry_run(const GivenCode& code) const {
    CodeBook book(CodeGenerator::make(token.spec, seed).value());
    return test_code({token, book}, code, policy);
  }

  void apply(const ResyncDecision& decision) {
    if (decision.move) token.progress = decision.move->progress;
    if (decision.sync) owner = *decision.sync;
  }

  /// Signs in with a code alone, as a user of this one token; true when that was enough.
  bool signs_in(const GivenCode& code) {
    CodeBook book(CodeGenerator::make(token.spec, seed).value());
    TokenView views[] = {{token, book}};
    const UserView user{owner, UserStatus::enabled, true, views};
    const Attempt attempt{
        {{token.spec.digits, Factor::right, *code.code, std::nullopt}}, Source("vpn"), now};
    const Decision decision = decide(user, attempt, policy);
    owner = decision.sync;
    for (const TokenMove& move : decision.moves) token.progress = move.progress;
    return decision.outcome == Outcome::accepted;
  }
};

}  // namespace lockstep
