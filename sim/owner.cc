// SPDX-License-Identifier: Apache-2.0
#include "owner.h"

#include <utility>

#include "core/sync/attempt.h"
#include "testing/seeded_random.h"

namespace lockstep::sim {
namespace {

constexpr std::uint64_t kPressedInPocketMax = 60;  // between two log-ins
constexpr std::uint64_t kTypoPercent = 3;
constexpr int kCodesTypedMax = 12;  // for one log-in; then the owner gives up
constexpr int kRightCodesMax = 2;

/// A user with one token, as a server has them, and the token, as its owner has it.
class Life {
 public:
  Life(const CodeSpec& spec, const Effort& effort)
      : random_(effort.seed), book_(make_book(spec)), token_(make_token(spec)) {
    now_.wall = WallTime(Seconds(1'800'000'000));
  }

  Service live(std::string name, std::uint64_t log_ins) {
    Service service{.scenario = std::move(name), .log_ins = log_ins, .codes = 0, .stranded = 0};
    for (std::uint64_t i = 0; i < log_ins; ++i) {
      between_log_ins();
      log_in(service);
    }
    return service;
  }

 private:
  CodeBook make_book(const CodeSpec& spec) {
    Bytes seed(20);
    random_.fill(seed);
    return CodeBook(CodeGenerator::make(spec, Secret(std::move(seed))).value());
  }

  static Token make_token(const CodeSpec& spec) {
    Token token{.id = TokenId(1), .serial = Serial::parse("SIM").value(), .spec = spec};
    token.owner = UserId(1);
    return token;
  }

  /// Half a day: the token is pressed unseen, its clock wanders by up to 2 s either way, and two
  /// thieves try, one with the first factor, one without.
  void between_log_ins() {
    pass(Seconds(12 * 3600 + random_.below(600)));
    counter_ += random_.below(kPressedInPocketMax);
    offset_ += Micros(static_cast<std::int64_t>(random_.below(4'000'001)) - 2'000'000);
    const std::uint64_t guesses = random_.below(4);
    for (std::uint64_t i = 0; i < guesses; ++i) {
      (void)give(guess(), Factor::right, Source("thief"));
      (void)give(guess(), Factor::wrong, Source("outsider"));
    }
    pass(Seconds(1'000));
  }

  void log_in(Service& service) {
    int right_codes = 0;
    for (int typed = 0; typed < kCodesTypedMax; ++typed) {
      ++service.codes;
      const bool slips = random_.below(100) < kTypoPercent;
      const Code shown = read();
      const Decision decision = give(slips ? slip_of(shown) : shown, Factor::right, Source("home"));
      // One code in a million has the digits of the one used last. It counts for nothing, and the
      // pair that it would have completed waits for the one after it.
      if (decision.evidence.reason == Reason::already_used) continue;
      // A slip breaks the pair that it belongs to, and its pause has to be waited out.
      right_codes = slips ? 0 : right_codes + 1;
      if (slips) pass(Seconds(900));
      if (let_in(decision.outcome)) break;
      if (right_codes == kRightCodesMax || typed == kCodesTypedMax - 1) {
        ++service.stranded;
        break;
      }
    }
  }

  /// The token's next code, typed within 20 s.
  Code read() {
    if (token_.spec.kind == TokenKind::hotp) {
      const Code code = book_.generator().code_at(Position(counter_++));
      pass(Seconds(1 + random_.below(20)));
      return code;
    }
    pass(token_.spec.step);
    const Position step = step_at(token_.spec, now_.wall + offset_);
    const Code code = book_.generator().code_at(step);
    const Seconds typing(random_.below(20));
    pass(typing);
    return code;
  }

  static bool let_in(Outcome outcome) {
    return outcome == Outcome::accepted || outcome == Outcome::accepted_resynced;
  }

  static Code slip_of(Code code) {
    const std::uint32_t last = code.value() % 10;
    return Code(code.value() - last + (last + 1) % 10);
  }

  Code guess() { return Code(static_cast<std::uint32_t>(random_.below(1'000'000))); }

  Decision give(Code code, Factor factor, Source source) {
    TokenView view[] = {{token_, book_}};
    const Attempt attempt{{{token_.spec.digits, factor, code, {}}}, std::move(source), now_};
    Decision decision = decide({sync_, UserStatus::enabled, true, view}, attempt, Policy{});
    sync_ = decision.sync;
    for (const TokenMove& move : decision.moves) token_.progress = move.progress;
    return decision;
  }

  void pass(Micros span) {
    now_.wall += span;
    now_.mono = MonoTime(now_.mono.value() + span.count());
  }

  SeededRandom random_;
  CodeBook book_;
  Token token_;
  Instant now_;
  UserSync sync_;
  std::uint64_t counter_ = 0;
  Micros offset_{0};
};

}  // namespace

std::vector<Service> own(const Effort& effort) {
  const CodeSpec card{.kind = TokenKind::hotp};
  const CodeSpec fob{.kind = TokenKind::totp};
  return {Life(card, effort).live("card in a pocket", effort.trials),
          Life(fob, effort).live("fob with a wandering clock", effort.trials)};
}

}  // namespace lockstep::sim
