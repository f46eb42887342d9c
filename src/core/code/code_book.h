// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "core/code/generator.h"

namespace lockstep {

/// Codes of one token that were worked out before they are needed, so that the decision itself,
/// which may run in the store's only writer, computes few or none. What it does not hold it
/// computes. Not thread-safe; make one for each attempt.
class CodeBook {
 public:
  explicit CodeBook(CodeGenerator generator) : generator_(std::move(generator)) {}

  /// The codes at first … first + count - 1. The span is valid until the next call.
  std::span<const Code> codes(Position first, std::size_t count);

  [[nodiscard]] const CodeGenerator& generator() const { return generator_; }

 private:
  CodeGenerator generator_;
  Position first_;
  std::vector<Code> codes_;  // positions first_ …
};

}  // namespace lockstep
