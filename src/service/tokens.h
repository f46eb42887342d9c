// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "service/services.h"

namespace lockstep {

/// How long a seed to make: as long as the hash, or 20 where nothing is said.
struct GenerateSeed {
  std::size_t bytes = 20;  ///< 20, 32 or 64
};

struct NewToken {
  std::optional<Serial> serial;  ///< none: "LS" and ten digits are drawn
  CodeSpec spec;
  TokenForm form = TokenForm::hardware;
  std::string model;    ///< at most kModelBytesMax
  std::string batch{};  ///< the same
  Position next;        ///< event tokens: the counter of the next code
  std::optional<WallTime> valid_from;
  std::optional<WallTime> valid_until;
  std::optional<WallTime> warranty_until{};  ///< nothing: by its token model
  std::variant<GenerateSeed, Secret> seed;   ///< 16 to 64 bytes; 10 or more for a given one
  std::optional<UserName> owner;
};
inline constexpr std::size_t kModelBytesMax = 128;
/// More tokens of one user would make each log-in slow and a guess likelier to hit.
inline constexpr std::size_t kTokensPerUserMax = 16;

/// A seed that was generated, for the one time that it is shown. Wipe the texts after use.
struct ShownSeed {
  std::string base32;
  std::string otpauth_uri;
};

struct CreatedToken {
  Token token;
  std::optional<ShownSeed> shown;  ///< only where the seed was generated
};

/// Permission: tokens_write, as for all changes here that name no other; with an owner
/// tokens_manage too. Errors: invalid_input; not_allowed; not_found, when there is no such owner;
/// conflict, when the serial exists.
[[nodiscard]] Result<CreatedToken> create_token(Services& services, const Context& context,
                                                NewToken wanted);

/// Permission: tokens_read. Errors: not_found.
[[nodiscard]] Result<TokenRow> get_token(Services& services, const Serial& serial);

/// What tells two records of one seed (crypto/seed_fingerprint.h), under the service's own key;
/// nullopt, when the seed does not open here. Permission: diagnose.
[[nodiscard]] Result<std::optional<std::string>> fingerprint_of(Services& services,
                                                                const Token& token);

/// By serial. Permission: tokens_read. Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<TokenRow>> list_tokens(Services& services, const TokenQuery& query,
                                                        const Page& page);

/// A date to set or to take away.
struct DateChange {
  std::optional<WallTime> to;  ///< nothing: no limit
};

/// What to change of a token; what is not given stays.
struct TokenPatch {
  std::optional<TokenStatus> status;
  std::optional<std::string> model;
  std::optional<std::string> batch;
  std::optional<DateChange> valid_from;
  std::optional<DateChange> valid_until;
  std::optional<DateChange> warranty_until;
};

/// `seen`: the version the caller's change was made from, where it cares.
/// Permission: tokens_manage for its status; tokens_write to revoke it and for all else.
/// Errors: not_found; invalid_input; not_allowed, for a status that nobody may give it
/// (core/model/token_life.h) or a permission that is missing; conflict, when it is not at `seen` or
/// is being changed.
[[nodiscard]] Result<TokenRow> patch_token(Services& services, const Context& context,
                                           const Serial& serial, const TokenPatch& patch,
                                           std::optional<RowVersion> seen);

/// What becomes of a token that is replaced.
enum class Replaced {
  stock,  ///< it goes back and may be given to somebody else
  lost,   ///< the others stay the user's, who may find them again
  faulty,
  revoked,
};

/// The stable name: "stock".
[[nodiscard]] std::string_view name_of(Replaced old);
[[nodiscard]] std::optional<Replaced> parse_replaced(std::string_view name);

/// Gives `by`, which is nobody's, to the owner of `serial`, all or nothing. PIN, password, groups
/// and everything else of the user stay; where the old token was the primary one, the new one is.
/// Permission: tokens_manage; tokens_write to revoke. Errors: not_found; conflict, when `serial`
/// has no owner, `by` has one, is out of order or expired, or the old one stays the user's, who has
/// kTokensPerUserMax then; not_allowed.
[[nodiscard]] Result<void> replace_token(Services& services, const Context& context,
                                         const Serial& serial, const Serial& by, Replaced old);

/// Makes the user's token `serial` the one that is offered first. Permission: tokens_manage.
/// Errors: not_found, when it is not this user's; conflict.
[[nodiscard]] Result<void> make_primary(Services& services, const Context& context,
                                        const UserName& user, const Serial& serial);

/// Gives the token to `user`; no change, when it is theirs already. Errors: not_found; conflict,
/// when it is somebody else's, out of order or expired, or the user has kTokensPerUserMax.
[[nodiscard]] Result<void> assign_token(Services& services, const Context& context,
                                        const UserName& user, const Serial& serial);

/// Puts the token back into stock. Errors: not_found, when it is not this user's; conflict.
[[nodiscard]] Result<void> unassign_token(Services& services, const Context& context,
                                          const UserName& user, const Serial& serial);

/// Errors: not_found; conflict, when it is not at `seen`.
[[nodiscard]] Result<void> delete_token(Services& services, const Context& context,
                                        const Serial& serial, std::optional<RowVersion> seen);

}  // namespace lockstep
