// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/key_file.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "adapters/system/private_file.h"
#include "base/hex.h"
#include "crypto/envelope.h"
#include "crypto/random.h"

namespace lockstep {
namespace {

SealContext context_of(SealPurpose purpose, std::uint64_t id) {
  return {static_cast<std::uint8_t>(purpose), id};
}

/// What is wrong with the file, and the way out.
std::unexpected<Error> unusable(const std::filesystem::path& path, const Error& why) {
  if (why.code != Errc::corrupt) return std::unexpected<Error>(why);
  return fail(Errc::corrupt,
              "the key file " + path.string() + " is of no use (" + why.context +
                  "): put the copy back that you keep apart from the store. Without the key the "
                  "seeds cannot be opened by anybody");
}

/// The ring's text out of a file that may be sealed; and what sealed it.
struct Opened {
  KeyRingSecrets keys;
  std::optional<PassphraseKey> lock;
};

Result<Opened> open_ring(const Secret& text, const AskPassphrase& ask) {
  if (!is_under_passphrase(text)) {
    LOCKSTEP_TRY(KeyRingSecrets keys, parse_key_ring(text));
    return Opened{std::move(keys), std::nullopt};
  }
  if (!ask) {
    return fail(Errc::not_allowed,
                "the key file is sealed under a passphrase: start this on a terminal, or hand the "
                "passphrase in with --passphrase-fd");
  }
  LOCKSTEP_TRY(const Secret passphrase, ask());
  LOCKSTEP_TRY(PassphraseKey lock, PassphraseKey::for_ring(text, passphrase));
  LOCKSTEP_TRY(const Secret clear, lock.open(text));
  LOCKSTEP_TRY(KeyRingSecrets keys, parse_key_ring(clear));
  return Opened{std::move(keys), std::move(lock)};
}

Result<std::optional<PassphraseKey>> lock_for(const std::optional<Secret>& passphrase) {
  if (!passphrase) return std::optional<PassphraseKey>();
  LOCKSTEP_TRY(PassphraseKey lock, PassphraseKey::make(*passphrase));
  return std::optional<PassphraseKey>(std::move(lock));
}

Result<Secret> file_text(const KeyRingSecrets& keys, const std::optional<PassphraseKey>& lock) {
  Secret text = print_key_ring(keys);
  if (!lock) return text;
  return lock->seal(text);
}

}  // namespace

Result<void> create_key_file(const std::filesystem::path& path,
                             const std::optional<Secret>& passphrase) {
  LOCKSTEP_TRY(const auto lock, lock_for(passphrase));
  LOCKSTEP_TRY(const Secret text, file_text(new_key_ring(), lock));
  return create_private_file(path, text);
}

Result<std::unique_ptr<KeyFileVault>> KeyFileVault::open(const std::filesystem::path& path,
                                                         const AskPassphrase& ask) {
  LOCKSTEP_TRY(const Secret text, read_private_file(path, kKeyRingBytesMax, Readers::owner));
  Result<Opened> opened = open_ring(text, ask);
  if (!opened) return unusable(path, opened.error());
  return std::make_unique<KeyFileVault>(
      Held{Place::file, path, std::move(opened->keys), std::move(opened->lock)});
}

Result<std::unique_ptr<KeyFileVault>> KeyFileVault::open_credential(
    const std::filesystem::path& path) {
  LOCKSTEP_TRY(const Secret text, read_private_file(path, kKeyRingBytesMax, Readers::group));
  Result<Opened> opened = open_ring(text, {});
  if (!opened) return unusable(path, opened.error());
  return std::make_unique<KeyFileVault>(
      Held{Place::credential, path, std::move(opened->keys), std::nullopt});
}

const Secret* KeyFileVault::find(const Sealed& sealed) const {
  const KeyId id = key_id_in(sealed);
  if (key_id_of(held_.keys.current) == id) return &held_.keys.current;
  for (const Secret& key : held_.keys.older) {
    if (key_id_of(key) == id) return &key;
  }
  if (held_.keys.spare && key_id_of(*held_.keys.spare) == id) return &*held_.keys.spare;
  return nullptr;
}

Result<Sealed> KeyFileVault::seal(SealPurpose purpose, std::uint64_t id, const Secret& secret) {
  const std::shared_lock lock(mutex_);
  LOCKSTEP_TRY(Bytes envelope,
               seal_envelope(held_.keys.current, context_of(purpose, id), secret, random_bytes));
  return Sealed(std::move(envelope));
}

Result<Secret> KeyFileVault::open(SealPurpose purpose, std::uint64_t id, const Sealed& sealed) {
  const std::shared_lock lock(mutex_);
  const Secret* key = find(sealed);
  if (key == nullptr) {
    return fail(Errc::corrupt, "sealed secret: sealed under another key (" +
                                   to_hex(key_id_in(sealed)) + ") than those that are here");
  }
  return open_envelope(*key, context_of(purpose, id), sealed.value());
}

Result<std::optional<Sealed>> KeyFileVault::rewrap(SealPurpose purpose, std::uint64_t id,
                                                   const Sealed& sealed) {
  const std::shared_lock lock(mutex_);
  const Secret* key = find(sealed);
  if (key == nullptr) {
    return fail(Errc::corrupt, "sealed secret: sealed under another key (" +
                                   to_hex(key_id_in(sealed)) + ") than those that are here");
  }
  if (key == &held_.keys.current) return std::optional<Sealed>();
  LOCKSTEP_TRY(Bytes envelope, rewrap_envelope({*key, held_.keys.current}, context_of(purpose, id),
                                               sealed.value(), random_bytes));
  return std::optional<Sealed>(Sealed(std::move(envelope)));
}

KeyRing KeyFileVault::ring() const {
  const std::shared_lock lock(mutex_);
  KeyRing ring;
  ring.current = key_id_of(held_.keys.current);
  for (const Secret& key : held_.keys.older) ring.older.push_back(key_id_of(key));
  if (held_.keys.spare) ring.spare = key_id_of(*held_.keys.spare);
  return ring;
}

Result<void> KeyFileVault::write(const KeyRingSecrets& keys,
                                 const std::optional<PassphraseKey>& lock) const {
  if (held_.place == Place::memory) return {};
  if (held_.place == Place::credential) {
    return fail(Errc::not_allowed,
                "the keys are a credential of the service manager, which this server cannot "
                "write: change a copy of it with `lockstep keys turn FILE` or `lockstep keys "
                "forget FILE`, install that as the credential, and start again");
  }
  LOCKSTEP_TRY(const Secret text, file_text(keys, lock));
  return replace_private_file(held_.path, text);
}

Result<void> KeyFileVault::put_in_force(KeyRingSecrets keys) {
  LOCKSTEP_CHECK(write(keys, held_.lock));
  held_.keys = std::move(keys);
  return {};
}

Result<void> KeyFileVault::make_spare() {
  const std::unique_lock lock(mutex_);
  if (held_.keys.spare) return {};
  KeyRingSecrets keys = held_.keys.clone();
  keys.spare = new_key();
  return put_in_force(std::move(keys));
}

Result<void> KeyFileVault::turn() {
  const std::unique_lock lock(mutex_);
  if (!held_.keys.older.empty()) {
    return fail(Errc::conflict, "an earlier change of the key is not finished yet");
  }
  KeyRingSecrets keys;
  keys.current = held_.keys.spare ? held_.keys.spare->clone() : new_key();
  keys.older.push_back(held_.keys.current.clone());
  return put_in_force(std::move(keys));
}

Result<void> KeyFileVault::forget_older() {
  const std::unique_lock lock(mutex_);
  if (held_.keys.older.empty()) return {};
  KeyRingSecrets keys = held_.keys.clone();
  keys.older.clear();
  return put_in_force(std::move(keys));
}

bool KeyFileVault::is_under_passphrase() const {
  const std::shared_lock lock(mutex_);
  return held_.lock.has_value();
}

Result<void> KeyFileVault::set_passphrase(const std::optional<Secret>& passphrase) {
  const std::unique_lock lock(mutex_);
  LOCKSTEP_TRY(auto next, lock_for(passphrase));
  LOCKSTEP_CHECK(write(held_.keys, next));
  held_.lock = std::move(next);
  return {};
}

}  // namespace lockstep
