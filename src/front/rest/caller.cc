// SPDX-License-Identifier: Apache-2.0
#include "front/rest/caller.h"

#include <optional>
#include <string_view>

#include "base/text.h"
#include "service/api_keys.h"

namespace lockstep {
namespace {

constexpr std::string_view kScheme = "BEARER ";  // The scheme's case does not matter: RFC 9110 11.1
constexpr std::size_t kKeyTextBytesMax = 256;

bool is_owner(const Peer& peer, std::uint32_t service_uid) {
  const bool local = peer.kind == PeerKind::unix_socket || peer.kind == PeerKind::in_process;
  return local && peer.uid && (*peer.uid == 0 || *peer.uid == service_uid);
}

}  // namespace

Result<Caller> identify_caller(Services& services, std::uint32_t service_uid,
                               const Request& request) {
  if (request.authorization.empty()) {
    if (is_owner(request.peer, service_uid)) return owner_caller();
    return fail(Errc::unauthenticated, "send Authorization: Bearer with an API key");
  }
  const std::string_view header = request.authorization;
  const bool bearer = ascii_upper(header.substr(0, kScheme.size())) == kScheme;
  if (!bearer || header.size() > kKeyTextBytesMax) {
    return fail(Errc::unauthenticated, "the header field Authorization holds no API key");
  }
  const std::string_view text = trim(header.substr(kScheme.size()));
  LOCKSTEP_TRY(std::optional<Caller> caller, find_caller(services, text));
  if (!caller) return fail(Errc::unauthenticated, "the API key is unknown or revoked");
  return *std::move(caller);
}

}  // namespace lockstep
