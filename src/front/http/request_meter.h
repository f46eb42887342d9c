// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "front/http/handler.h"
#include "front/http/request.h"

namespace lockstep {

/// Counts requests by what they asked for and what they got. Thread-safe.
class RequestMeter {
 public:
  struct Answers {
    Method method;
    std::string route;  ///< the pattern; empty where no route took the request
    int status;
    std::uint64_t count;
  };
  struct Refusals {
    RefusalKind kind;
    std::uint64_t count;
  };

  void answered(Method method, std::string_view route, int status);
  /// A request that was turned away before it was whole, or for want of room.
  void refused(RefusalKind kind);

  /// In order of route, method and status.
  [[nodiscard]] std::vector<Answers> answers() const;
  [[nodiscard]] std::vector<Refusals> refusals() const;

 private:
  using Key = std::tuple<std::string, Method, int>;

  mutable std::mutex mutex_;
  std::map<Key, std::uint64_t, std::less<>> answers_;
  std::map<RefusalKind, std::uint64_t> refusals_;
};

}  // namespace lockstep
