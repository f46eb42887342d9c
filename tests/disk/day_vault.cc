// SPDX-License-Identifier: Apache-2.0
#include "day_vault.h"

namespace lockstep {
namespace {

Secret numbered_key(std::size_t number) {
  constexpr std::size_t kKeyBytes = 32;
  return Secret(Bytes(kKeyBytes, static_cast<std::uint8_t>(number + 1)));
}

}  // namespace

std::unique_ptr<KeyFileVault> vault_of(const RingState& ring) {
  KeyRingSecrets keys;
  keys.current = numbered_key(ring.current);
  for (std::size_t i = ring.oldest; i < ring.current; ++i) keys.older.push_back(numbered_key(i));
  return std::make_unique<KeyFileVault>(
      KeyFileVault::Held{KeyFileVault::Place::memory, {}, std::move(keys), std::nullopt});
}

}  // namespace lockstep
