// SPDX-License-Identifier: Apache-2.0
// A user, a few tokens and a clock, for the tests of attempts: what a service and a store do around
// `decide`, in memory.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "core/sync/attempt.h"
#include "core/sync/match.h"

namespace lockstep {

inline const Source kVpn("vpn");
inline const Source kWeb("web");

/// How one log-in is made.
struct Login {
  Source source = kVpn;
  Factor factor = Factor::right;
  Digits digits = Digits::six();
};

class AttemptWorld {
 public:
  explicit AttemptWorld(Policy policy_in = {}) : policy(policy_in) {}

  /// Gives the user another token with the seed of RFC 4226 appendix D and `salt` behind it.
  Token& add(const CodeSpec& spec, Position next, const std::string& salt = "") {
    const std::string seed = "12345678901234567890" + salt;
    const CodeGenerator generator = CodeGenerator::make(spec, Secret::copy_of(seed)).value();
    books.emplace_back(generator);
    Token token{.id = TokenId(tokens.size() + 1),
                .serial = Serial::parse("T" + std::to_string(tokens.size() + 1)).value(),
                .spec = spec};
    token.owner = UserId(1);
    token.progress.next = next;
    return tokens.emplace_back(std::move(token));
  }
  Token& add_event(std::uint64_t next, unsigned digits = 6) {
    return add({.digits = Digits::make(digits).value()}, Position(next));
  }
  /// A time token whose clock was confirmed to be `offset` off just now, by a code before the ones
  /// that count here.
  Token& add_time(Micros offset = {}, Seconds step = Seconds(30)) {
    Token& token = add({.kind = TokenKind::totp, .step = step}, Position(1));
    token.progress.clock = ClockFix{offset, now};
    return token;
  }

  [[nodiscard]] Code code(std::uint64_t position, std::size_t which = 0) const {
    return std::next(books.begin(), static_cast<std::ptrdiff_t>(which))
        ->generator()
        .code_at(Position(position));
  }
  /// The step a time token's clock is in when it is `offset` off.
  [[nodiscard]] std::uint64_t step(Micros offset = {}) const {
    return step_at(tokens.front().spec, now.wall + offset).value();
  }
  /// What a time token shows now.
  [[nodiscard]] Code shown(Micros offset = {}) const { return code(step(offset)); }

  /// Decides and keeps what was decided.
  Decision attempt(const Attempt& attempt) {
    const Decision decision = look_ahead(attempt);
    sync = decision.sync;
    for (const TokenMove& move : decision.moves) {
      for (Token& token : tokens) {
        if (token.id != move.token) continue;
        token.progress = move.progress;
        token.status = move.status;
      }
    }
    return decision;
  }
  /// Decides and keeps nothing.
  Decision look_ahead(const Attempt& attempt) {
    std::vector<TokenView> views;
    auto book = books.begin();
    for (const Token& token : tokens) views.push_back({token, *book++});
    return decide({sync, status, group_ok, views}, attempt, policy);
  }
  Decision type(Code code, const Login& login = {}) {
    return attempt({{{login.digits, login.factor, code, {}}}, login.source, now});
  }
  Decision type_pair(Code first, Code second, const Login& login = {}) {
    return attempt({{{login.digits, login.factor, first, second}}, login.source, now});
  }
  Outcome log_in(Code code, const Login& login = {}) { return type(code, login).outcome; }

  /// A code that is nowhere near: neither in a zone nor a slip away from one. Which one it is
  /// depends on `salt`, so that it can be another one each time.
  [[nodiscard]] Code wrong_code(std::uint32_t salt = 0) const {
    for (std::uint32_t value = salt * 7919 % 1'000'000;; value = (value + 101'111) % 1'000'000) {
      if (is_wrong(Code(value))) return Code(value);
    }
  }
  void miss(unsigned times, const Login& login = {}) {
    for (unsigned i = 0; i < times; ++i) (void)type(wrong_code(i), login);
  }

  void wait(Micros span) {
    now.wall += span;
    now.mono = MonoTime(now.mono.value() + span.count());
  }

  Policy policy;
  Instant now{WallTime(Seconds(1'800'000'005)), MonoTime(1'000'000'000), ClockRun(1)};
  UserSync sync;
  UserStatus status = UserStatus::enabled;
  bool group_ok = true;
  std::list<Token> tokens;
  std::list<CodeBook> books;

 private:
  [[nodiscard]] bool is_wrong(Code code) const {
    for (std::size_t which = 0; which < tokens.size(); ++which) {
      const Token& token = *std::next(tokens.begin(), static_cast<std::ptrdiff_t>(which));
      const PositionRun run = zones_at(token, now.wall, policy).searched;
      // What comes into the zone during a test is kept clear of, too.
      for (std::uint64_t i = 0; i < run.count + 10; ++i) {
        const Code shown_here = this->code(run.first.value() + i, which);
        if (same_code(shown_here, code) || is_slip(code, shown_here, token.spec.digits))
          return false;
      }
      const Position next = token.progress.next;
      if (next > Position(0) && same_code(this->code(next.value() - 1, which), code)) return false;
    }
    return true;
  }
};

}  // namespace lockstep
