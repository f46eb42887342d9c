// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "core/sync/cut.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::array lengths = {lockstep::Digits::six(), lockstep::Digits::eight()};
  const std::string_view typed = lockstep::text_of(data, size);
  for (const lockstep::Cut& one : lockstep::cut(typed, lengths)) {
    LOCKSTEP_ASSERT(one.code.value() < one.digits.modulus());
    LOCKSTEP_ASSERT(!one.second || one.second->value() < one.digits.modulus());
    LOCKSTEP_ASSERT(one.prefix.size() < typed.size());
  }
  const auto alone = lockstep::digits_alone(typed);
  LOCKSTEP_ASSERT(!alone || alone->find_first_not_of("0123456789") == std::string::npos);
  return 0;
}
