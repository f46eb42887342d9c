// SPDX-License-Identifier: Apache-2.0
// The answers of a resynchronisation, as they are kept for who has not seen them.
#pragma once

#include <boost/json/object.hpp>

#include "base/result.h"
#include "service/resynchronise.h"

namespace lockstep {

/// Without evidence.
[[nodiscard]] boost::json::object answer_to_json(const ResyncAnswer& answer);
/// Errors: invalid_input, when `object` was not made by `answer_to_json`.
[[nodiscard]] Result<ResyncAnswer> parse_answer(const boost::json::value& object);

}  // namespace lockstep
