// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <array>
#include <cstring>

namespace lockstep {

ByteView bytes_of(std::string_view text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char and uint8_t alias.
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void wipe(std::span<std::uint8_t> bytes) noexcept {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

[[gnu::noinline]] void wipe_stack_below() noexcept {
  constexpr std::size_t kDeep = std::size_t{128} * 1024;  // A request's frames are far less deep.
  std::array<std::uint8_t, kDeep> below;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  explicit_bzero(below.data(), below.size());
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe(bytes_);
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

}  // namespace lockstep
