// SPDX-License-Identifier: Apache-2.0
// The codes themselves are checked in vectors_test.cc and oathtool_test.cc.
#include "core/code/generator.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Secret rfc_seed() { return Secret::copy_of("12345678901234567890"); }

CodeSpec with_digits(unsigned digits) { return {.digits = Digits::make(digits).value()}; }

CodeGenerator generator(const CodeSpec& spec = {}) {
  return CodeGenerator::make(spec, rfc_seed()).value();
}

std::vector<std::uint32_t> values(std::span<const Code> codes) {
  std::vector<std::uint32_t> result;
  for (const Code code : codes) result.push_back(code.value());
  return result;
}

TEST(CodeGenerator, TakesSeedsOf10To128Bytes) {
  struct Case {
    std::size_t size;
    bool taken;
  };
  const Case cases[] = {{0, false}, {9, false}, {10, true}, {20, true}, {128, true}, {129, false}};
  for (const Case& one : cases) {
    const auto made = CodeGenerator::make({}, Secret(Bytes(one.size, 1)));
    EXPECT_EQ(made.has_value(), one.taken) << one.size;
    if (!made) {
      EXPECT_EQ(made.error().code, Errc::invalid_input);
    }
  }
}

TEST(CodeGenerator, RefusesASpecOutOfRange) {
  for (const Seconds step : {Seconds(0), Seconds(-30), Seconds(86'401)}) {
    const CodeSpec spec{.kind = TokenKind::totp, .step = step};
    EXPECT_FALSE(CodeGenerator::make(spec, rfc_seed())) << step.count();
  }
}

TEST(CodeGenerator, RemembersItsSpec) {
  const CodeSpec spec{.kind = TokenKind::totp, .digits = Digits::eight(), .step = Seconds(60)};
  EXPECT_EQ(generator(spec).spec(), spec);
}

// RFC 4226 appendix D, column "Truncated", counter 7: the only one below 10^8.
TEST(CodeGenerator, LeadingZerosCount) {
  const CodeSpec spec = with_digits(10);
  EXPECT_EQ(to_text(generator(spec).code_at(Position(7)), spec.digits), "0082162583");
}

TEST(CodeGenerator, ABatchIsTheCodesOneByOne) {
  const CodeGenerator one_token = generator();
  for (const std::size_t count : {0U, 1U, 3U, 4U, 127U, 128U, 129U, 300U}) {
    std::vector<Code> batch(count);
    one_token.codes_at(Position(1000), batch);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(batch[i].value(), one_token.code_at(Position(1000 + i)).value()) << count;
    }
  }
}

TEST(CodeGenerator, PositionsWrapAfterTheLast) {
  const std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  std::vector<Code> codes(3);
  generator().codes_at(Position(last), codes);
  EXPECT_EQ(codes[0].value(), generator().code_at(Position(last)).value());
  EXPECT_EQ(to_text(codes[1], Digits::six()), "755224");  // RFC 4226 appendix D, counter 0
  EXPECT_EQ(to_text(codes[2], Digits::six()), "287082");
}

TEST(CodeGenerator, HashAndSeedMatter) {
  const CodeSpec sha256{.hash = HashAlgorithm::sha256};
  const CodeSpec sha512{.hash = HashAlgorithm::sha512};
  const auto other_seed = CodeGenerator::make({}, Secret::copy_of("12345678901234567891")).value();
  const auto codes = [](const CodeGenerator& one) {
    std::vector<Code> result(10);
    one.codes_at(Position(0), result);
    return values(result);
  };
  EXPECT_NE(codes(generator()), codes(generator(sha256)));
  EXPECT_NE(codes(generator(sha256)), codes(generator(sha512)));
  EXPECT_NE(codes(generator()), codes(other_seed));
}

}  // namespace
}  // namespace lockstep
