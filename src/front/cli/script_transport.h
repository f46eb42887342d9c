// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <vector>

#include "front/cli/client.h"

namespace lockstep {

/// An API for tests: keeps what it is asked and answers what was laid down beforehand.
class ScriptTransport final : public Transport {
 public:
  std::deque<ApiReply> replies;
  std::vector<ApiRequest> requests;

  Result<ApiReply> send(const ApiRequest& request) override {
    requests.push_back(request);
    if (replies.empty()) return fail(Errc::unavailable, "nobody answers");
    ApiReply reply = replies.front();
    replies.pop_front();
    return reply;
  }
};

}  // namespace lockstep
