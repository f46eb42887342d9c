// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

  /// `host`: a name or an address. A name of several, as `localhost` may be, is asked at the first
  /// where somebody listens. Errors: not_found, for a host that has no address; unavailable.
  static Result<RadiusTester> open(const std::string& host, std::uint16_t port, Secret secret,
                                   Random& random);

  /// Sends an Access-Request, as often as it takes. Errors: unavailable, when no answer comes or
  /// nobody listens; corrupt, when one comes that does not prove itself.
  Result<RadiusAnswer> ask(const std::string& user, const Secret& password,
                           const std::string& state);

 private:
  RadiusTester(std::vector<FileDescriptor> sockets, Secret secret, Random& random)
      : sockets_(std::move(sockets)), secret_(std::move(secret)), random_(random) {}

  Result<RadiusAnswer> exchange(const Bytes& request, const Md5Digest& authenticator);
  /// An answer, or nullopt where nobody listens at the address that is asked. Errors: as `ask`.
  Result<std::optional<RadiusAnswer>> exchange_here(const Bytes& request,
                                                    const Md5Digest& authenticator);

  std::vector<FileDescriptor> sockets_;  ///< one connected to each address of the host
  std::size_t here_ = 0;                 ///< which of them is asked
  Secret secret_;
  Random& random_;
};

}  // namespace lockstep
