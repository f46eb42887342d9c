// SPDX-License-Identifier: Apache-2.0
// What is done about a server's clock that is in doubt (service/clock_watch.h): nothing is decided
// that rests on it, people are told, and somebody or something ends it.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "core/model/token.h"
#include "service/services.h"

namespace lockstep {

/// Whether nothing may be decided about `token` now: a time token, while the clock is in doubt. A
/// log-in goes on with the codes in step (service/prepared_tokens.cc); all else is refused as
/// clock_unhealthy before anything is counted.
[[nodiscard]] bool is_undecidable(const Services& services, const Token& token);

/// One sentence for operators: what is wrong with the clock, and what to look at. Holds no secret.
[[nodiscard]] std::string text_of(const ClockDoubt& doubt);

/// At the start, before the first request: the audit may have seen a later time than now.
[[nodiscard]] Result<void> compare_clock_with_audit(Services& services);

/// An operator says that the clock is right as it is. Permission: policy_write. Errors: conflict,
/// when it is not in doubt.
[[nodiscard]] Result<void> confirm_clock(Services& services, const Context& context);

/// What the log is told: that a doubt began, or what ended it.
struct ClockNews {
  std::optional<ClockDoubt> doubt;
  std::optional<ClockTrust> trust;
};

/// Looks at the clock again and again, and writes into the audit when a doubt begins or ends by
/// itself. For one thread.
class ClockDuty {
 public:
  explicit ClockDuty(Services& services) : services_(services) {}

  /// nullopt: nothing has changed. Errors: those of the store; the next look tells it again.
  [[nodiscard]] Result<std::optional<ClockNews>> look();

 private:
  Services& services_;
  bool told_ = false;  ///< of a doubt that has not ended
};

}  // namespace lockstep
