// SPDX-License-Identifier: Apache-2.0
// Key-encryption keys that are numbered, so that the ring of any moment of the day can be made
// again, as the key file of that moment holds it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "adapters/system/key_file.h"

namespace lockstep {

/// Which of the numbered keys are in the ring: all from `oldest` to `current`.
struct RingState {
  std::size_t oldest = 0;
  std::size_t current = 0;

  friend auto operator<=>(const RingState&, const RingState&) = default;
};

/// A vault that holds just these keys.
[[nodiscard]] std::unique_ptr<KeyFileVault> vault_of(const RingState& ring);

/// The vault of a day. `changed` is told each ring before it is in use, which is when the key file
/// is on disk. For one thread.
class DayVault final : public KeyVault {
 public:
  explicit DayVault(std::function<void(const RingState&)> changed)
      : changed_(std::move(changed)), keys_(vault_of(ring_)) {}

  Result<Sealed> seal(SealPurpose purpose, std::uint64_t id, const Secret& secret) override {
    return keys_->seal(purpose, id, secret);
  }
  Result<Secret> open(SealPurpose purpose, std::uint64_t id, const Sealed& sealed) override {
    return keys_->open(purpose, id, sealed);
  }
  Result<std::optional<Sealed>> rewrap(SealPurpose purpose, std::uint64_t id,
                                       const Sealed& sealed) override {
    return keys_->rewrap(purpose, id, sealed);
  }
  [[nodiscard]] KeyRing ring() const override { return keys_->ring(); }
  Result<void> make_spare() override { return {}; }
  Result<void> turn() override {
    if (ring_.oldest != ring_.current) return fail(Errc::conflict, "not finished yet");
    put_in_force({ring_.oldest, ring_.current + 1});
    return {};
  }
  Result<void> forget_older() override {
    put_in_force({ring_.current, ring_.current});
    return {};
  }

 private:
  void put_in_force(const RingState& ring) {
    ring_ = ring;
    changed_(ring_);
    keys_ = vault_of(ring_);
  }

  std::function<void(const RingState&)> changed_;
  RingState ring_;
  std::unique_ptr<KeyFileVault> keys_;
};

}  // namespace lockstep
