// SPDX-License-Identifier: Apache-2.0
#include "testing/seeded_random.h"

#include "base/assert.h"

namespace lockstep {

// SplitMix64, as published by Sebastiano Vigna (prng.di.unimi.it/splitmix64.c, public domain).
std::uint64_t SeededRandom::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  const std::scoped_lock lock(mutex_);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) word = next();
    out[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
  }
}

std::uint64_t SeededRandom::below(std::uint64_t bound) {
  LOCKSTEP_ASSERT(bound != 0);
  const std::scoped_lock lock(mutex_);
  return next() % bound;
}

}  // namespace lockstep
