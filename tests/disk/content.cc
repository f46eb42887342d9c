// SPDX-License-Identifier: Apache-2.0
#include "content.h"

#include <algorithm>

namespace lockstep {

std::size_t Content::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::uint64_t there =
      offset < size_ ? std::min<std::uint64_t>(size_ - offset, out.size()) : 0;
  std::size_t done = 0;
  while (done < there) {
    const std::size_t within = (offset + done) % kChunkBytes;
    const std::size_t count = std::min<std::size_t>(kChunkBytes - within, there - done);
    const std::shared_ptr<Chunk>& chunk = chunks_[(offset + done) / kChunkBytes];
    const auto to = out.subspan(done, count);
    if (chunk) {
      std::ranges::copy(std::span(*chunk).subspan(within, count), to.begin());
    } else {
      std::ranges::fill(to, std::uint8_t{0});
    }
    done += count;
  }
  std::ranges::fill(out.subspan(done), std::uint8_t{0});
  return done;
}

void Content::write(std::uint64_t offset, ByteView data) {
  if (data.empty()) return;
  if (offset + data.size() > size_) resize(offset + data.size());
  std::size_t done = 0;
  while (done < data.size()) {
    const std::size_t within = (offset + done) % kChunkBytes;
    const std::size_t count = std::min<std::size_t>(kChunkBytes - within, data.size() - done);
    std::ranges::copy(data.subspan(done, count), writable((offset + done) / kChunkBytes) + within);
    done += count;
  }
}

void Content::resize(std::uint64_t size) {
  // What is cut off must read as zeros when the file grows again.
  if (size < size_ && size % kChunkBytes != 0 && chunks_[size / kChunkBytes]) {
    std::uint8_t* const chunk = writable(size / kChunkBytes);
    std::fill(chunk + size % kChunkBytes, chunk + kChunkBytes, std::uint8_t{0});
  }
  chunks_.resize((size + kChunkBytes - 1) / kChunkBytes);
  size_ = size;
}

std::uint8_t* Content::writable(std::size_t index) {
  std::shared_ptr<Chunk>& chunk = chunks_[index];
  if (!chunk) chunk = std::make_shared<Chunk>();
  if (chunk.use_count() != 1) chunk = std::make_shared<Chunk>(*chunk);
  return chunk->data();
}

}  // namespace lockstep
