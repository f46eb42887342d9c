// SPDX-License-Identifier: Apache-2.0
#include "service/resynchronise.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "service/clock_desk.h"
#include "service/resync_case.h"

namespace lockstep {

namespace {

constexpr std::size_t kTypedBytesMax = 64;  // of one code, with blanks

Result<void> check_input(const Context& context, const ResyncInput& input) {
  const std::size_t at_least = input.counter ? 1 : 2;
  if (input.codes.size() < at_least || input.codes.size() > 3) {
    return fail(Errc::invalid_input, "two or three codes are needed, or a counter and one code");
  }
  for (const std::string& code : input.codes) {
    if (code.size() > kTypedBytesMax) return fail(Errc::invalid_input, "a code is too long");
  }
  if (input.note.size() > kNoteBytesMax || (!input.note.empty() && !fold(input.note))) {
    return fail(Errc::invalid_input, "the reason is too long or no plain text");
  }
  if (input.reach == ResyncReach::explicit_) return {};
  if (!context.caller.permissions.has(Permission::tokens_resync_admin)) {
    return fail(Errc::not_allowed, "the zone \"admin\" needs the permission tokens.resync.admin");
  }
  if (trim(input.note).empty()) {
    return fail(Errc::invalid_input, "the zone \"admin\" needs a reason");
  }
  return {};
}

ResyncRequest request_for(const Token& token, const Context& context, const ResyncInput& input) {
  ResyncRequest request;
  for (const std::string& code : input.codes) {
    request.codes.push_back(given_code(code, token.spec.digits, context.now));
  }
  if (input.counter) request.counter = Position(*input.counter);
  request.authority = input.reach == ResyncReach::admin ? ResyncAuthority::administrator
                                                        : ResyncAuthority::operator_;
  request.at = context.now;
  return request;
}

/// Whether this caller has said what the owner's policy wants to know of them.
Result<void> check_verified(const ResyncCase& it, const ResyncInput& input) {
  if (input.caller_verified || !it.rules().caller_verified) return {};
  return fail(Errc::not_allowed, "the policy asks how the caller was verified: caller_verified");
}

void add_how(const ResyncInput& input, AuditEvent& made) {
  made.details.emplace_back("by", input.counter ? "counter" : "codes");
  if (input.reach == ResyncReach::admin) made.details.emplace_back("zone", "admin");
  if (!input.note.empty()) made.details.emplace_back("note", input.note);
  if (input.caller_verified) {
    made.details.emplace_back("caller_verified", name_of(*input.caller_verified));
  }
}

// In the order of the enumerators.
constexpr std::array<std::string_view, 4> kVerified = {"call_back", "manager", "question",
                                                       "in_person"};
static_assert(static_cast<std::size_t>(CallerVerified::in_person) + 1 == kVerified.size());

/// Nothing was decided, so that nothing is written down or counted either.
ResyncAnswer of_doubted_clock() { return ResyncRefusal{Reason::clock_unhealthy, 0, {}, {}}; }

}  // namespace

std::string_view name_of(CallerVerified how) { return kVerified[static_cast<std::size_t>(how)]; }

std::optional<CallerVerified> parse_caller_verified(std::string_view name) {
  const auto* found = std::ranges::find(kVerified, name);
  if (found == kVerified.end()) return std::nullopt;
  return static_cast<CallerVerified>(found - kVerified.begin());
}

Result<ResyncAnswer> resynchronise(Services& services, const Context& context,
                                   const ResyncInput& input) {
  LOCKSTEP_CHECK(check_input(context, input));
  for (int i = 0; i < kResyncTriesMax; ++i) {
    LOCKSTEP_TRY(ResyncCase it, ResyncCase::read(services, context, input.serial));
    LOCKSTEP_CHECK(check_verified(it, input));
    if (is_undecidable(services, it.token())) return of_doubted_clock();
    ResyncDecision decision = it.decide(request_for(it.token(), context, input));
    ChangeSet set = it.changes(context, decision, kind_of(decision));
    add_how(input, set.events.back());
    LOCKSTEP_CHECK(add_resync_mail(services, context, it, decision, "operator", set));
    const Result<void> done = services.store.commit(std::move(set));
    if (done) {
      services.meter.resync(ResyncBy::operator_, kind_of(decision), decision.reason);
      return it.answer(context, std::move(decision));
    }
    if (done.error().code != Errc::conflict) return std::unexpected(done.error());
  }
  return fail(Errc::unavailable, "the token is in use all the time");
}

Result<ResyncAnswer> test_token(Services& services, const Context& context, const Serial& serial,
                                const std::string& code) {
  if (code.size() > kTypedBytesMax) return fail(Errc::invalid_input, "the code is too long");
  for (int i = 0; i < kResyncTriesMax; ++i) {
    LOCKSTEP_TRY(ResyncCase it, ResyncCase::read(services, context, serial));
    if (is_undecidable(services, it.token())) return of_doubted_clock();
    const GivenCode given = given_code(code, it.token().spec.digits, context.now);
    ResyncDecision decision = it.test(given);
    const Result<void> done =
        services.store.commit(it.changes(context, decision, EventKind::token_tested));
    if (done) return it.answer(context, std::move(decision));
    if (done.error().code != Errc::conflict) return std::unexpected(done.error());
  }
  return fail(Errc::unavailable, "the token is in use all the time");
}

}  // namespace lockstep
