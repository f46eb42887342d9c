// SPDX-License-Identifier: Apache-2.0
#include "front/rest/errors.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "formats/json.h"

namespace lockstep {
namespace {

/// How long a client waits before it asks an overloaded or ailing server again.
constexpr Seconds kBusyPause{1};

/// JSON has to be UTF-8, and a detail may have been cut in the middle of a character.
std::string ascii(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e;
      },
      '?');
  return text;
}

/// A test sees to it that no reason is missing.
constexpr std::pair<Reason, std::string_view> kTitles[] = {
    {Reason::none, "Accepted."},
    {Reason::malformed, "A code has digits only."},
    {Reason::wrong_length, "The code has another number of digits than the token shows."},
    {Reason::same_code, "The same code was given twice; wait for the next one."},
    {Reason::no_match, "The codes were not found."},
    {Reason::next_code, "The code is right; the next one has to confirm it."},
    {Reason::one_more_code, "The codes fit in more than one place; one more decides."},
    {Reason::wrong_order, "The codes came in the wrong order; give the older one first."},
    {Reason::not_consecutive, "The codes do not follow each other."},
    {Reason::already_used, "A code was used before; each works once."},
    {Reason::clock_set_back, "The clock of the device was put back."},
    {Reason::outside_window, "The token is further out of step than may be corrected here."},
    {Reason::implausible_jump,
     "The codes are right, but the token's clock cannot have moved so far."},
    {Reason::wrong_parameters, "The codes fit a token with other settings."},
    {Reason::wrong_seed_encoding, "The codes fit if the seed is read in another alphabet."},
    {Reason::typo_likely, "One code is right, the other nearly; it was probably mistyped."},
    {Reason::with_pin, "The codes fit without the PIN; give them without it."},
    {Reason::wrong_factor, "The PIN or password is wrong or missing."},
    {Reason::pin_expired, "The PIN has to be changed first."},
    {Reason::locked, "The user is locked after too many wrong codes."},
    {Reason::suspended, "The token is suspended."},
    {Reason::lost, "The token was reported lost."},
    {Reason::faulty, "The token is marked as faulty."},
    {Reason::token_locked, "The token is locked: right codes came with wrong PINs."},
    {Reason::revoked, "The token was revoked."},
    {Reason::expired_token, "The token is outside its dates."},
    {Reason::not_assigned, "The token is not this user's."},
    {Reason::user_disabled, "The user is disabled."},
    {Reason::no_group, "The user is in none of the groups asked for."},
    {Reason::unknown_user, "There is no such user."},
    {Reason::too_many_attempts, "Too many attempts; try again later."},
    {Reason::conversation_expired, "This took too long; begin again."},
    {Reason::kind_not_supported, "This kind of token cannot be resynchronised."},
    {Reason::not_allowed, "The caller may not do this."},
    {Reason::step_up_required, "Confirm by a code by mail who you are."},
    {Reason::clock_unhealthy, "The server's clock is in doubt; nothing was decided or counted."},
};

struct Heading {
  int status;
  std::string_view reason;
  std::string_view title;
};

Response build(const Heading& heading, const ProblemExtras& extras) {
  boost::json::object body;
  body["type"] = "urn:lockstep:reason:" + std::string(heading.reason);
  body["title"] = boost::json::string_view(heading.title.data(), heading.title.size());
  body["status"] = heading.status;
  body["reason"] = boost::json::string_view(heading.reason.data(), heading.reason.size());
  if (!extras.detail.empty()) body["detail"] = ascii(extras.detail);
  if (extras.evidence) body["evidence"] = *extras.evidence;
  if (extras.attempts_left) body["attempts_left"] = *extras.attempts_left;
  if (extras.retry_after) body["retry_after"] = extras.retry_after->count();

  Response response;
  response.status = heading.status;
  response.content_type = "application/problem+json";
  response.body = to_json(body);
  if (extras.retry_after) {
    response.headers.emplace_back("Retry-After", std::to_string(extras.retry_after->count()));
  }
  return response;
}

std::string_view title_of(Errc code) {
  switch (code) {
    case Errc::invalid_input:
      return "The request is not of the form this call takes.";
    case Errc::unauthenticated:
      return "The caller is unknown.";
    case Errc::not_allowed:
      return "The caller may not do this.";
    case Errc::not_found:
      return "There is no such thing.";
    case Errc::conflict:
      return "It exists already, or was changed meanwhile.";
    case Errc::unavailable:
      return "This could not be done now. A code that was sent counts as used.";
    case Errc::corrupt:
      return "Stored data is damaged; the server's log says more.";
  }
  LOCKSTEP_ASSERT(false);
}

std::string_view title_of(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::bad_request:
      return title_of(Errc::invalid_input);
    case RefusalKind::unauthenticated:
      return title_of(Errc::unauthenticated);
    case RefusalKind::forbidden:
      return title_of(Errc::not_allowed);
    case RefusalKind::not_found:
      return title_of(Errc::not_found);
    case RefusalKind::method_not_allowed:
      return "This address does not take this method.";
    case RefusalKind::body_too_large:
      return "The body is too large.";
    case RefusalKind::too_many_requests:
      return "The caller sends more than it may; nothing was done.";
    case RefusalKind::header_too_large:
      return "The header is too large.";
    case RefusalKind::overloaded:
      return "The server has more to do than it can; nothing was done.";
    case RefusalKind::unavailable:
      return "This could not be done now; nothing was done.";
  }
  LOCKSTEP_ASSERT(false);
}

}  // namespace

int status_of(Errc code) {
  switch (code) {
    case Errc::invalid_input:
      return 400;
    case Errc::unauthenticated:
      return 401;
    case Errc::not_allowed:
      return 403;
    case Errc::not_found:
      return 404;
    case Errc::conflict:
      return 409;
    case Errc::unavailable:
      return 503;
    case Errc::corrupt:
      return 500;
  }
  LOCKSTEP_ASSERT(false);
}

int status_of(Reason reason) {
  switch (reason) {
    case Reason::none:
      return 200;
    case Reason::malformed:
    case Reason::wrong_length:
    case Reason::same_code:
    case Reason::no_match:
    case Reason::next_code:
    case Reason::one_more_code:
    case Reason::wrong_order:
    case Reason::not_consecutive:
    case Reason::already_used:
    case Reason::clock_set_back:
    case Reason::outside_window:
    case Reason::implausible_jump:
    case Reason::wrong_parameters:
    case Reason::wrong_seed_encoding:
    case Reason::typo_likely:
    case Reason::with_pin:
      return 422;
    case Reason::wrong_factor:
    case Reason::pin_expired:
    case Reason::locked:
    case Reason::suspended:
    case Reason::lost:
    case Reason::faulty:
    case Reason::token_locked:
    case Reason::revoked:
    case Reason::expired_token:
    case Reason::user_disabled:
    case Reason::no_group:
    case Reason::not_allowed:
      return 403;
    case Reason::step_up_required:
      return 401;
    case Reason::not_assigned:
    case Reason::unknown_user:
      return 404;
    case Reason::kind_not_supported:
      return 409;
    case Reason::conversation_expired:
      return 410;
    case Reason::too_many_attempts:
      return 429;
    case Reason::clock_unhealthy:
      return 503;
  }
  LOCKSTEP_ASSERT(false);
}

int status_of(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::bad_request:
      return 400;
    case RefusalKind::unauthenticated:
      return 401;
    case RefusalKind::forbidden:
      return 403;
    case RefusalKind::not_found:
      return 404;
    case RefusalKind::method_not_allowed:
      return 405;
    case RefusalKind::body_too_large:
      return 413;
    case RefusalKind::too_many_requests:
      return 429;
    case RefusalKind::header_too_large:
      return 431;
    case RefusalKind::overloaded:
    case RefusalKind::unavailable:
      return 503;
  }
  LOCKSTEP_ASSERT(false);
}

std::string_view reason_of(Errc code) {
  switch (code) {
    case Errc::invalid_input:
      return "invalid_input";
    case Errc::unauthenticated:
      return "unauthenticated";
    case Errc::not_allowed:
      return "not_allowed";
    case Errc::not_found:
      return "not_found";
    case Errc::conflict:
      return "conflict";
    case Errc::unavailable:
      return "unavailable";
    case Errc::corrupt:
      return "corrupt";
  }
  LOCKSTEP_ASSERT(false);
}

std::string_view reason_of(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::bad_request:
      return reason_of(Errc::invalid_input);
    case RefusalKind::unauthenticated:
      return reason_of(Errc::unauthenticated);
    case RefusalKind::forbidden:
      return reason_of(Errc::not_allowed);
    case RefusalKind::not_found:
      return reason_of(Errc::not_found);
    case RefusalKind::method_not_allowed:
      return "method_not_allowed";
    case RefusalKind::body_too_large:
      return "body_too_large";
    case RefusalKind::too_many_requests:
      return "too_many_requests";
    case RefusalKind::header_too_large:
      return "header_too_large";
    case RefusalKind::overloaded:
      return "overloaded";
    case RefusalKind::unavailable:
      return reason_of(Errc::unavailable);
  }
  LOCKSTEP_ASSERT(false);
}

std::string_view title_of(Reason reason) {
  const auto* const found = std::find_if(std::begin(kTitles), std::end(kTitles),
                                         [reason](const auto& one) { return one.first == reason; });
  LOCKSTEP_ASSERT(found != std::end(kTitles));
  return found->second;
}

Response problem(Reason reason, const ProblemExtras& extras) {
  return build({status_of(reason), name_of(reason), title_of(reason)}, extras);
}

Response problem(const Error& error) {
  const bool ours = error.code == Errc::unavailable || error.code == Errc::corrupt;
  ProblemExtras extras;
  if (!ours) extras.detail = error.context;
  if (error.code == Errc::unavailable) extras.retry_after = kBusyPause;
  return build({status_of(error.code), reason_of(error.code), title_of(error.code)}, extras);
}

Response problem(const Refusal& refusal) {
  ProblemExtras extras;
  extras.detail = refusal.detail;
  extras.retry_after = refusal.retry_after;
  const int status = status_of(refusal.kind);
  constexpr int kServiceUnavailable = 503;
  if (status == kServiceUnavailable) extras.retry_after = kBusyPause;
  Response response = build({status, reason_of(refusal.kind), title_of(refusal.kind)}, extras);
  if (refusal.kind == RefusalKind::unauthenticated) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  if (!refusal.allow.empty()) response.headers.emplace_back("Allow", refusal.allow);
  return response;
}

}  // namespace lockstep
