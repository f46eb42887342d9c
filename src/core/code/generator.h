// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/code.h"
#include "crypto/otp_kernel.h"

namespace lockstep {

/// One token's codes: the seed's keyed hash state, kept, and the token's way of showing it.
/// Every kind of token implements this one question: "the codes of n neighbouring positions".
/// Copyable, immutable, may be used by many threads at once. Wiped when it goes.
class CodeGenerator {
 public:
  /// Errors: invalid_input, when `spec` is out of range or the seed shorter than 10 bytes (RFC
  /// 4226 wants 16; shorter ones exist in the field) or longer than 128.
  static Result<CodeGenerator> make(const CodeSpec& spec, const Secret& seed);

  /// The codes at first, first + 1, … into `out`, all in one batch. Positions wrap at 2^64.
  void codes_at(Position first, std::span<Code> out) const;
  [[nodiscard]] Code code_at(Position position) const;

  [[nodiscard]] const CodeSpec& spec() const { return spec_; }

 private:
  CodeGenerator(const CodeSpec& spec, const HmacState& state) : spec_(spec), state_(state) {}

  CodeSpec spec_;
  HmacState state_;
};

}  // namespace lockstep
