// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/secret.h"

namespace lockstep {

/// The bytes of a file. A copy costs next to nothing, because copies share what neither of them has
/// written since: a disk at a million moments fits into memory. Not thread-safe, yet copies may
/// live in different threads.
class Content {
 public:
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Fills `out` from `offset` on, with zeros behind the end. Returns how many bytes were there.
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  /// Behind the end the file grows, with zeros in the gap.
  void write(std::uint64_t offset, ByteView data);
  void resize(std::uint64_t size);

 private:
  static constexpr std::size_t kChunkBytes = 4'096;
  using Chunk = std::array<std::uint8_t, kChunkBytes>;

  std::uint8_t* writable(std::size_t index);

  // Shared between copies until one of them writes; null stands for zeros.
  std::vector<std::shared_ptr<Chunk>> chunks_;
  std::uint64_t size_ = 0;
};

}  // namespace lockstep
