// SPDX-License-Identifier: Apache-2.0
// How an operator gets a password: by a link that works once, for a day, and only together with a
// code of the token that is to be their second factor. Whoever made the account never knows it.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "service/services.h"

namespace lockstep {

/// Shown this once. The secret stands behind '#', which browsers do not send to servers.
struct SetupLink {
  std::string path;  ///< "/console/setup#…"
  WallTime expires_at;
};
inline constexpr Seconds kSetupLinkLife{24 * 3'600};

/// A link and the ticket to be stored for it.
struct PreparedSetup {
  SetupLink link;
  Ticket ticket;
};

/// Nothing is stored yet. The link is void once the account has another password than now.
[[nodiscard]] PreparedSetup prepare_setup(Services& services, const Context& context,
                                          const Operator& account);

/// Another link for an account that is there: for who lost the first, or the password. The password
/// stays until the link is used. Permission: operators_write. Errors: not_found; not_allowed, when
/// the operator may do what the caller may not.
[[nodiscard]] Result<SetupLink> renew_setup(Services& services, const Context& context,
                                            const UserName& name);

struct SetupRequest {
  std::string secret;  ///< of the link
  Secret password;     ///< service/password rules: formats/seed_text.h, check_operator_password
  std::string code;    ///< of a token of the user whose tokens are the second factor
};

enum class SetupVerdict { done, refused };
struct SetupAnswer {
  SetupVerdict verdict = SetupVerdict::refused;
  Micros hold{0};  ///< refused: send the answer so much later
};

/// Sets the password; sessions that there are end. The code is checked, charged and written down as
/// that of any log-in; a wrong one leaves the link as it is. A link that is unknown, used or too
/// old and a wrong code are one answer: refused. `context` is that of `console_context`. Public.
/// Errors: invalid_input, for a password against the rules, where the link is good; conflict, when
/// the account has no second factor yet.
[[nodiscard]] Result<SetupAnswer> set_up_operator(Services& services, const Context& context,
                                                  const SetupRequest& request);

}  // namespace lockstep
