// SPDX-License-Identifier: Apache-2.0
// The only place where an error, a reason or a refusal becomes a status code. Every answer that is
// no success is application/problem+json (RFC 9457) with a `reason` that stays the same for ever:
//
//     {"type":"urn:lockstep:reason:no_match","title":"…","status":422,"reason":"no_match", …}
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "base/result.h"
#include "base/time.h"
#include "core/model/reason.h"
#include "front/http/handler.h"

namespace lockstep {

/// The status code of an answer that is this error.
[[nodiscard]] int status_of(Errc code);
[[nodiscard]] int status_of(Reason reason);
[[nodiscard]] int status_of(RefusalKind kind);

/// The stable name of an error as `reason`: "not_found".
[[nodiscard]] std::string_view reason_of(Errc code);
[[nodiscard]] std::string_view reason_of(RefusalKind kind);

/// One sentence for people, the same for everybody. The web pages have their own, translated.
[[nodiscard]] std::string_view title_of(Reason reason);

/// What a problem says beyond its reason. Members that are not set are left out.
struct ProblemExtras {
  std::string detail;  ///< never a secret, never what was sent; bytes beyond ASCII become "?"
  std::optional<boost::json::object> evidence;  ///< for callers with the permission diagnose
  std::optional<std::uint32_t> attempts_left;
  std::optional<Seconds> retry_after;  ///< also sent as the header field
};

[[nodiscard]] Response problem(Reason reason, const ProblemExtras& extras);

/// The context of `unavailable` and `corrupt` is for the log and not shown: it speaks of our
/// inside.
[[nodiscard]] Response problem(const Error& error);
[[nodiscard]] Response problem(const Refusal& refusal);

}  // namespace lockstep
