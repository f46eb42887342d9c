// SPDX-License-Identifier: Apache-2.0
#include "service/password_gate.h"

#include "crypto/password.h"

namespace lockstep {

namespace {

// Of no password: the salt and hash are fixed bytes that no password is known to lead to. It has
// the costs that hash_password uses, so that checking against it takes as long.
const std::string kNobodysHash =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzLg$"
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

}  // namespace

class PasswordGate::Turn {
 public:
  explicit Turn(PasswordGate& gate) : gate_(gate) {
    std::unique_lock lock(gate_.mutex_);
    gate_.turn_.wait(lock, [&] { return gate_.free_ > 0; });
    --gate_.free_;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    {
      const std::lock_guard lock(gate_.mutex_);
      ++gate_.free_;
    }
    gate_.turn_.notify_one();
  }

 private:
  PasswordGate& gate_;
};

Result<std::string> PasswordGate::hash(const Secret& password) {
  const Turn turn(*this);
  return hash_password(password);
}

Result<bool> PasswordGate::verify(const std::string* hash, const Secret& password) {
  const Turn turn(*this);
  LOCKSTEP_TRY(const bool same, verify_password(hash != nullptr ? *hash : kNobodysHash, password));
  return same && hash != nullptr;
}

}  // namespace lockstep
