// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/rekeying.h"
#include "app/serve.h"
#include "front/cli/client.h"

namespace lockstep {

/// The API in this process, for commands given while no server runs: the same router, as the owner.
/// Holds the data directory open, so that no server can start meanwhile.
class LocalTransport final : public Transport {
 public:
  explicit LocalTransport(Site site) : site_(std::move(site)), rekeying_(*site_.services) {}

  /// Errors: invalid_input, for a method the API does not know.
  Result<ApiReply> send(const ApiRequest& request) override;

 private:
  Site site_;
  Rekeying rekeying_;  // last: goes before what it works on
};

}  // namespace lockstep
