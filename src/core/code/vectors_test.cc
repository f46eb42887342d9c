// SPDX-License-Identifier: Apache-2.0
// Every row of tests/vectors/{hotp,totp,published_seeds}.vec. Where the numbers come from is said
// in those files.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/hex.h"
#include "core/code/generator.h"
#include "testing/vector_file.h"

namespace lockstep {
namespace {

constexpr const char* kFiles[] = {"hotp.vec", "totp.vec", "published_seeds.vec"};

std::vector<VectorSection> sections_of(const std::string& file) {
  auto sections = read_vectors(LOCKSTEP_SOURCE_DIR "/tests/vectors/" + file);
  EXPECT_TRUE(sections) << sections.error().context;
  return *std::move(sections);
}

VectorSection section_of(const std::string& file, std::string_view name) {
  const auto sections = sections_of(file);
  const auto at = std::ranges::find(sections, name, &VectorSection::name);
  EXPECT_NE(at, sections.end()) << name;
  return *at;
}

template <class Number>
Number number_in(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  EXPECT_TRUE(result.ec == std::errc() && result.ptr == end) << text;
  return number;
}

HashAlgorithm hash_in(const std::string& name) {
  if (name == "sha1") return HashAlgorithm::sha1;
  EXPECT_TRUE(name == "sha256" || name == "sha512") << name;
  return name == "sha256" ? HashAlgorithm::sha256 : HashAlgorithm::sha512;
}

/// What the section says of its token, for one number of digits.
CodeGenerator generator_of(const VectorSection& section, unsigned digits) {
  CodeSpec spec{.hash = hash_in(section.settings.at("hash")),
                .digits = Digits::make(digits).value()};
  if (section.settings.contains("step")) {
    spec.kind = TokenKind::totp;
    spec.step = Seconds(number_in<std::int64_t>(section.settings.at("step")));
  }
  const Secret seed(parse_hex(section.settings.at("seed")).value());
  return CodeGenerator::make(spec, seed).value();
}

std::string shown(const CodeGenerator& generator, Position position) {
  return to_text(generator.code_at(position), generator.spec().digits);
}

/// A column that is a number of digits, 4 to 10, holds the codes of so many digits.
bool is_digits(const std::string& column) {
  return std::ranges::all_of(column, [](char c) { return c >= '0' && c <= '9'; });
}

Position position_of(const CodeGenerator& generator, const VectorSection::Row& row) {
  if (row.contains("counter")) return Position(number_in<std::uint64_t>(row.at("counter")));
  const Seconds time(number_in<std::int64_t>(row.at("time")));
  return step_at(generator.spec(), WallTime(time));
}

/// How many codes of the section were compared.
std::size_t check_codes(const VectorSection& section) {
  std::size_t checked = 0;
  for (const VectorSection::Row& row : section.rows) {
    for (const auto& [column, code] : row) {
      if (!is_digits(column)) continue;
      const CodeGenerator generator = generator_of(section, number_in<unsigned>(column));
      EXPECT_EQ(shown(generator, position_of(generator, row)), code) << section.name;
      ++checked;
    }
  }
  return checked;
}

TEST(Vectors, EveryKnownCodeIsShown) {
  std::size_t checked = 0;
  for (const char* file : kFiles) {
    for (const VectorSection& section : sections_of(file)) checked += check_codes(section);
  }
  EXPECT_EQ(checked, 128U);  // None of the rows was passed over.
}

// RFC 4226 prints the whole truncated number: its last digits are the code, whatever their count.
TEST(Vectors, EveryNumberOfDigitsIsTheTailOfTheTruncatedNumber) {
  const VectorSection section = section_of("hotp.vec", "rfc4226-appendix-d");
  ASSERT_EQ(section.rows.size(), 10U);
  for (unsigned digits = 4; digits <= 10; ++digits) {
    const CodeGenerator generator = generator_of(section, digits);
    for (const VectorSection::Row& row : section.rows) {
      const std::string number = std::string(10, '0') + row.at("truncated");
      EXPECT_EQ(shown(generator, position_of(generator, row)),
                number.substr(number.size() - digits))
          << digits << " digits";
    }
  }
}

struct FalseFirstHits {
  const char* file;
  const char* suffix;  ///< of the columns: position and next code
  std::uint64_t base;  ///< what the positions count from
};

TEST(Vectors, TheSameCodeAtTwoPositionsGoesOnDifferently) {
  const std::uint64_t step_of_1700000000 = 56'666'666;
  const FalseFirstHits files[] = {{"hotp.vec", "counter_", 0},
                                  {"totp.vec", "step_", step_of_1700000000}};
  for (const FalseFirstHits& file : files) {
    const VectorSection section = section_of(file.file, "oathtool-false-first-hits");
    for (const VectorSection::Row& row : section.rows) {
      const CodeGenerator generator = generator_of(section, number_in<unsigned>(row.at("digits")));
      for (const std::string which : {"a", "b"}) {
        const auto at =
            Position(file.base).moved(number_in<std::int64_t>(row.at(file.suffix + which)));
        EXPECT_EQ(shown(generator, at), row.at("code")) << file.file;
        EXPECT_EQ(shown(generator, at.moved(1)), row.at("next_" + which)) << file.file;
      }
      EXPECT_NE(row.at("next_a"), row.at("next_b"));
    }
  }
}

}  // namespace
}  // namespace lockstep
