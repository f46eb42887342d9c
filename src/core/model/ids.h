// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/secret.h"
#include "base/strong.h"

namespace lockstep {

// Made by us (Random), never by the database; 1 to 2^63 - 1.
using UserId = Strong<struct UserIdTag, std::uint64_t>;
using TokenId = Strong<struct TokenIdTag, std::uint64_t>;
using ApiKeyId = Strong<struct ApiKeyIdTag, std::uint64_t>;
using OperatorId = Strong<struct OperatorIdTag, std::uint64_t>;
using ApprovalId = Strong<struct ApprovalIdTag, std::uint64_t>;
using MailId = Strong<struct MailIdTag, std::uint64_t>;

/// How often a stored row was written. A change names the version it was computed from and is
/// refused when the row has moved on.
using RowVersion = Strong<struct RowVersionTag, std::uint64_t>;

/// A secret encrypted by the KeyVault, bound to what it was sealed for. Opaque but for the id of
/// its key; safe to store.
using Sealed = Strong<struct SealedTag, Bytes>;

/// Names a key-encryption key and tells nothing else about it.
using KeyId = std::array<std::uint8_t, 8>;

/// The id of a sealed secret's key stands behind its first byte.
inline constexpr std::size_t kKeyIdOffset = 1;

/// Which key `sealed` says it is sealed under; zeros where it is too short to say.
[[nodiscard]] inline KeyId key_id_in(const Sealed& sealed) {
  KeyId id{};
  const Bytes& bytes = sealed.value();
  if (bytes.size() >= kKeyIdOffset + id.size()) {
    std::copy_n(bytes.begin() + kKeyIdOffset, id.size(), id.begin());
  }
  return id;
}

/// Where an attempt comes from: the client's name, plus the caller's address where it is told, or
/// "conversation:…" inside a challenge. Candidates of one source never help another.
using Source = Strong<struct SourceTag, std::string>;

}  // namespace lockstep
