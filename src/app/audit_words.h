// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace lockstep {

/// The verdict of `audit verify` for people: what is broken, what that means, what to do.
[[nodiscard]] std::string audit_words(const boost::json::object& verdict);

}  // namespace lockstep
