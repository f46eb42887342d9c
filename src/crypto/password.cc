// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <sodium.h>

#include "base/assert.h"

namespace lockstep {
namespace {

// The second recommendation of OWASP's password sheet: as strong as 46 MiB in one pass, and more
// log-ins fit into memory at the same time.
constexpr std::size_t kMemoryBytes = 19 * std::size_t{1024} * 1024;
constexpr unsigned long long kPasses = 2;

/// libsodium's generator needs it once; further calls do nothing, and it is thread-safe.
void prepare_sodium() { LOCKSTEP_ASSERT(sodium_init() >= 0); }

/// The password's characters; never a null pointer, which libsodium does not take.
std::string_view characters_of(const Secret& password) {
  const ByteView bytes = password.reveal();
  if (bytes.empty()) return "";
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t alias.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Result<std::string> hash_password(const Secret& password) {
  prepare_sodium();
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const std::string_view characters = characters_of(password);
  if (crypto_pwhash_argon2id_str(text.data(), characters.data(), characters.size(), kPasses,
                                 kMemoryBytes) != 0) {
    return fail(Errc::unavailable, "Argon2id: no memory");
  }
  return std::string(text.data());
}

Result<bool> verify_password(const std::string& hash, const Secret& password) {
  prepare_sodium();
  const std::string_view characters = characters_of(password);
  errno = 0;
  if (crypto_pwhash_argon2id_str_verify(hash.c_str(), characters.data(), characters.size()) == 0)
    return true;
  // libsodium tells its three failures apart by errno alone: EINVAL is the wrong password.
  if (errno == EINVAL) return false;
  if (errno == ENOMEM) return fail(Errc::unavailable, "Argon2id: no memory");
  return fail(Errc::corrupt, "Argon2id: not a password hash");
}

}  // namespace lockstep
