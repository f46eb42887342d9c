// SPDX-License-Identifier: Apache-2.0
// Tokens and what is found out about them, as JSON.
#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include "core/model/names.h"
#include "core/model/token.h"
#include "core/model/token_model.h"
#include "core/sync/evidence.h"
#include "formats/json.h"
#include "formats/seed_file.h"
#include "front/http/response.h"
#include "service/resynchronise.h"
#include "service/services.h"

namespace lockstep {

/// A token without its seed. Its progress (positions, clock) is shown to callers with the
/// permission diagnose only.
[[nodiscard]] boost::json::object token_json(const Token& token,
                                             const std::optional<UserName>& owner,
                                             const Context& context);

/// What a token's codes are: {"kind","algorithm","digits","step_seconds"?,"t0_seconds"?}.
[[nodiscard]] boost::json::object spec_json(const CodeSpec& spec);

/// Reads the members of `spec_json` from among others; "kind" must be there, the rest has the
/// defaults of the RFCs. With `model` what is not said is the model's, unless it is of another
/// kind. Errors: invalid_input.
[[nodiscard]] Result<CodeSpec> read_spec(JsonObject& members,
                                         const std::optional<TokenModel>& model = {});

/// The same for a seed file, whose own words go first: "kind" may be missing too.
[[nodiscard]] Result<SeedDefaults> read_seed_defaults(JsonObject& members,
                                                      const std::optional<TokenModel>& model = {});

/// Reads "form"; nullopt when absent. Errors: invalid_input.
[[nodiscard]] Result<std::optional<TokenForm>> read_form(JsonObject& members);

[[nodiscard]] boost::json::object evidence_json(const Evidence& evidence);

/// 200 with how far the token was moved, or the problem that says why it was not.
[[nodiscard]] Response resync_response(const ResyncAnswer& answer, const Context& context);
[[nodiscard]] Response refusal_response(const ResyncRefusal& refusal, const Context& context);

/// Enumerators by their name in the API.
[[nodiscard]] std::string_view name_of(TokenKind kind);
/// Errors: invalid_input.
[[nodiscard]] Result<TokenKind> parse_kind(std::string_view name);
[[nodiscard]] std::string_view name_of(HashAlgorithm hash);
[[nodiscard]] std::string_view name_of(TokenForm form);

}  // namespace lockstep
