// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

inline constexpr std::chrono::seconds kHoldMax{5};

/// One HTTP answer. Content-Length, Connection and the security header fields (nosniff, no-store,
/// no-referrer) are the server's to add, so that no answer goes without them.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< further ones: Allow, ETag …
  /// How long the server keeps the answer back, without a thread; at most kHoldMax.
  std::chrono::microseconds hold{0};
};

}  // namespace lockstep
