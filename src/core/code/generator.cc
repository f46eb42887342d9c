// SPDX-License-Identifier: Apache-2.0
#include "core/code/generator.h"

#include <algorithm>
#include <array>
#include <limits>

namespace lockstep {
namespace {

constexpr std::size_t kSeedBytesMin = 10;
constexpr std::size_t kSeedBytesMax = 128;

OtpHash kernel_hash(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::sha1:
      return OtpHash::sha1;
    case HashAlgorithm::sha256:
      return OtpHash::sha256;
    case HashAlgorithm::sha512:
      return OtpHash::sha512;
  }
  LOCKSTEP_ASSERT(false);
}

/// The last digits of each number. The modulus is a constant of each instantiation because then
/// compilers multiply and shift; a division's duration would depend on the code.
template <std::uint64_t kModulus>
void last_digits(std::span<const std::uint32_t> numbers, std::span<Code> out) {
  if constexpr (kModulus > std::numeric_limits<std::uint32_t>::max()) {
    std::ranges::transform(numbers, out.begin(), [](std::uint32_t n) { return Code(n); });
  } else {
    constexpr auto kSmall = static_cast<std::uint32_t>(kModulus);
    std::ranges::transform(numbers, out.begin(), [](std::uint32_t n) { return Code(n % kSmall); });
  }
}

void shorten(Digits digits, std::span<const std::uint32_t> numbers, std::span<Code> out) {
  switch (digits.count()) {
    case 4:
      return last_digits<10'000>(numbers, out);
    case 5:
      return last_digits<100'000>(numbers, out);
    case 6:
      return last_digits<1'000'000>(numbers, out);
    case 7:
      return last_digits<10'000'000>(numbers, out);
    case 8:
      return last_digits<100'000'000>(numbers, out);
    case 9:
      return last_digits<1'000'000'000>(numbers, out);
    case 10:
      return last_digits<10'000'000'000>(numbers, out);
    default:
      LOCKSTEP_ASSERT(false);
  }
}

}  // namespace

Result<CodeGenerator> CodeGenerator::make(const CodeSpec& spec, const Secret& seed) {
  LOCKSTEP_CHECK(check(spec));
  if (seed.size() < kSeedBytesMin || seed.size() > kSeedBytesMax) {
    return fail(Errc::invalid_input, "the seed is not 10 to 128 bytes long");
  }
  return CodeGenerator(spec, HmacState(kernel_hash(spec.hash), seed));
}

void CodeGenerator::codes_at(Position first, std::span<Code> out) const {
  constexpr std::size_t kBatch = 128;
  std::array<std::uint32_t, kBatch> numbers{};
  std::uint64_t next = first.value();
  while (!out.empty()) {
    const std::size_t count = std::min(kBatch, out.size());
    const std::span<std::uint32_t> batch = std::span(numbers).first(count);
    state_.truncated(next, batch);
    shorten(spec_.digits, batch, out.first(count));
    next += count;
    out = out.subspan(count);
  }
}

Code CodeGenerator::code_at(Position position) const {
  Code code;
  codes_at(position, std::span(&code, 1));
  return code;
}

}  // namespace lockstep
