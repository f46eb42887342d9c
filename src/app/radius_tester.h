// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "front/radius/packet.h"
#include "front/radius/udp_socket.h"
#include "ports/random.h"

namespace lockstep {

/// What a RADIUS server has answered.
struct RadiusAnswer {
  RadiusCode code;
  std::string state;    ///< of a challenge
  std::string message;  ///< Reply-Message, as it came: print it with `printable`
};

/// A RADIUS client that asks one server: what `lockstep radius test` is. One thread.
class RadiusTester {
 public:
  static constexpr int kTries = 3;
  static constexpr std::chrono::milliseconds kWait{3'000};  ///< for an answer, each time

  /// `host`: a name or an address. Errors: not_found, for a host that has no address; unavailable.
  static Result<RadiusTester> open(const std::string& host, std::uint16_t port, Secret secret,
                                   Random& random);

  /// Sends an Access-Request, as often as it takes. Errors: unavailable, when no answer comes or
  /// nobody listens; corrupt, when one comes that does not prove itself.
  Result<RadiusAnswer> ask(const std::string& user, const Secret& password,
                           const std::string& state);

 private:
  RadiusTester(FileDescriptor descriptor, Secret secret, Random& random)
      : descriptor_(std::move(descriptor)), secret_(std::move(secret)), random_(random) {}

  Result<RadiusAnswer> exchange(const Bytes& request, const Md5Digest& authenticator);

  FileDescriptor descriptor_;
  Secret secret_;
  Random& random_;
};

}  // namespace lockstep
