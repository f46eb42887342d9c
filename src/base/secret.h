// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lockstep {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of `text`, for functions that take bytes. Valid as long as `text` is.
[[nodiscard]] ByteView bytes_of(std::string_view text);

/// Overwrites `bytes` in a way the compiler may not leave out.
void wipe(std::span<std::uint8_t> bytes) noexcept;

/// Overwrites the stack below the caller, where functions that have returned left what they worked
/// with: short strings and the like. For threads that work on requests, between two of them.
void wipe_stack_below() noexcept;

/// A key, a seed, a password: bytes that are wiped when they go and that nothing can print or
/// compare. Move-only. The one way in is `reveal`; `./dev tidy` allows that word in src/crypto
/// and src/formats only.
class Secret {
 public:
  Secret() = default;
  explicit Secret(Bytes bytes) : bytes_(std::move(bytes)) {}
  explicit Secret(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  /// Copies `text`; the caller still owns, and has to wipe, the original.
  static Secret copy_of(std::string_view text) { return Secret(bytes_of(text)); }

  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_); }

  [[nodiscard]] ByteView reveal() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  /// A second owner of the same bytes, asked for by name because copies of secrets multiply.
  [[nodiscard]] Secret clone() const { return Secret(ByteView(bytes_)); }

 private:
  Bytes bytes_;
};

}  // namespace lockstep
