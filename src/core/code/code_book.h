// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/code/generator.h"

namespace lockstep {

/// Codes of one token that were worked out before they are needed, so that the decision itself,
/// which may run in the store's only writer, computes few or none. What it does not hold it
/// computes, and then holds. Not thread-safe; make one for each attempt.
class CodeBook {
 public:
  /// How many runs of positions it holds; the next one takes the oldest one's place.
  static constexpr std::size_t kRunsMax = 8;

  explicit CodeBook(CodeGenerator generator) : generator_(std::move(generator)) {}

  /// The codes at first … first + count - 1 (mod 2^64). The span is valid until the next call.
  std::span<const Code> codes(Position first, std::size_t count);

  [[nodiscard]] const CodeGenerator& generator() const { return generator_; }

  /// How many codes were worked out so far: the work that an attempt cost.
  [[nodiscard]] std::size_t computed() const { return computed_; }

 private:
  /// The codes at first, first + 1, …
  struct Run {
    Position first;
    std::vector<Code> codes;
  };

  CodeGenerator generator_;
  std::vector<Run> runs_;  // oldest first
  std::size_t computed_ = 0;
};

}  // namespace lockstep
