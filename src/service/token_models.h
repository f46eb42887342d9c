// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/model/token_model.h"
#include "service/services.h"

namespace lockstep {

/// By name. Permission: tokens_read. Errors: invalid_input, for a limit outside 1 to 1,000.
[[nodiscard]] Result<std::vector<TokenModel>> list_token_models(Services& services,
                                                                const Page& page);

/// Permission: tokens_read. Errors: not_found.
[[nodiscard]] Result<TokenModel> get_token_model(Services& services, const std::string& name);

/// The same for a token's model, which need not be one of them; nullopt then.
[[nodiscard]] Result<std::optional<TokenModel>> find_token_model(Services& services,
                                                                 const std::string& name);

/// Until when a token of this model is under warranty that comes into stock at `now`; nullopt,
/// where the model says nothing.
[[nodiscard]] std::optional<WallTime> warranty_end(const TokenModel& model, WallTime now);

/// Makes the model `wanted.name` or changes all of it; its version is not looked at. `seen`: the
/// version the caller's change was made from, where it cares. Permission: tokens_write.
/// Errors: invalid_input; conflict.
[[nodiscard]] Result<TokenModel> put_token_model(Services& services, const Context& context,
                                                 TokenModel wanted, std::optional<RowVersion> seen);

/// Tokens keep the name as a text. Permission: tokens_write. Errors: not_found; conflict.
[[nodiscard]] Result<void> delete_token_model(Services& services, const Context& context,
                                              const std::string& name,
                                              std::optional<RowVersion> seen);

}  // namespace lockstep
