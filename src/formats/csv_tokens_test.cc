// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_tokens.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const std::string kHex = "3132333435363738393031323334353637383930";
const std::string kBase32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";  // the same seed
const CodeSpec kEvent{.kind = TokenKind::hotp};

Result<std::vector<SeedRecord>> parse(const std::string& text, const CodeSpec& spec = kEvent,
                                      const CsvLimits& limits = {}) {
  return parse_csv_tokens(Secret::copy_of(text), spec, limits);
}

std::string seed_of(const SeedRecord& record) {
  const ByteView bytes = record.seed.reveal();
  return {bytes.begin(), bytes.end()};
}

TEST(CsvTokens, ReadsSerialSeedAndCounter) {
  const auto records = parse("0012," + kHex + ",7\nABC-1," + kHex + "\n").value();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].serial.text(), "0012");
  EXPECT_EQ(records[0].next, Position(7));
  EXPECT_EQ(records[0].line, 1U);
  EXPECT_EQ(seed_of(records[0]), "12345678901234567890");
  EXPECT_EQ(records[1].next, Position(0));
  EXPECT_EQ(records[1].spec, kEvent);
}

TEST(CsvTokens, TakesFilesAsProgramsWriteThem) {
  const std::pair<const char*, std::string> cases[] = {
      {"CRLF", "C1," + kHex + "\r\nC2," + kHex + "\r\n"},
      {"no last line end", "C1," + kHex + "\nC2," + kHex},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "C1," +
           kHex + "\nC2," + kHex + "\n"},
      {"quotes", "\"C1\",\"" + kHex + "\"\n\"C2\" , \"" + kHex + "\"\n"},
      {"comments", "# cards\nC1," + kHex + "\n\n  # more\nC2," + kHex + "\n"},
      {"trailing commas", "C1," + kHex + ",\nC2," + kHex + ",,\n"},
      {"blanks", " C1 , " + kHex + " \n\tC2\t,\t" + kHex + "\n"},
      {"base32", "C1," + kBase32 + "\nC2," + kBase32 + "\n"},
  };
  for (const auto& [what, text] : cases) {
    const auto records = parse(text);
    ASSERT_TRUE(records.has_value()) << what << ": " << records.error().context;
    ASSERT_EQ(records->size(), 2U) << what;
    EXPECT_EQ((*records)[1].serial.text(), "C2") << what;
    EXPECT_EQ(seed_of((*records)[1]), "12345678901234567890") << what;
  }
}

TEST(CsvTokens, OneAlphabetHoldsForTheWholeFile) {
  const std::string ambiguous = "2345672345672345672345ABCDEF2345ABCDEF23";
  EXPECT_EQ(parse("C1," + ambiguous + "\n").value()[0].seed.size(), 20U);  // hex
  EXPECT_EQ(parse("C1," + ambiguous + "\nC2," + kBase32 + "\n").value()[0].seed.size(), 25U);
  EXPECT_FALSE(parse("C1," + kHex + "\nC2," + kBase32 + "\n").has_value());
}

TEST(CsvTokens, RefusesTheFileAndNamesTheLineButNeverTheSeed) {
  const std::string good = "C1," + kHex + "\n";
  const std::pair<const char*, std::string> cases[] = {
      {"a serial alone", good + "C2\n"},
      {"too many fields", good + "C2," + kHex + ",1,2\n"},
      {"a bad serial", good + "C 2," + kHex + "\n"},
      {"no serial", good + "," + kHex + "\n"},
      {"a spreadsheet's work", good + "2.30871E+12," + kHex + "\n"},
      {"an odd seed", good + "C2," + kHex + "3\n"},
      {"a short seed", good + "C2,313233343536373839\n"},
      {"a long seed", good + "C2," + std::string(258, '3') + "\n"},
      {"a negative counter", good + "C2," + kHex + ",-1\n"},
      {"a counter of letters", good + "C2," + kHex + ",1x\n"},
      {"a counter beyond 2^63", good + "C2," + kHex + ",9223372036854775808\n"},
      {"an open quote", good + "\"C2," + kHex + "\n"},
      {"text behind a quote", good + "\"C2\"x," + kHex + "\n"},
  };
  for (const auto& [what, text] : cases) {
    const auto records = parse(text);
    ASSERT_FALSE(records.has_value()) << what;
    EXPECT_EQ(records.error().code, Errc::invalid_input) << what;
    EXPECT_NE(records.error().context.find("line 2"), std::string::npos) << what;
    EXPECT_EQ(records.error().context.find("3132"), std::string::npos) << what;
  }
}

TEST(CsvTokens, RefusesAnEmptyFileAndOneBeyondTheLimits) {
  EXPECT_FALSE(parse("").has_value());
  EXPECT_FALSE(parse("# nothing\n").has_value());
  const std::string two = "C1," + kHex + "\nC2," + kHex + "\n";
  EXPECT_TRUE(parse(two, kEvent, {.bytes_max = two.size(), .tokens_max = 2}).has_value());
  EXPECT_FALSE(parse(two, kEvent, {.bytes_max = two.size(), .tokens_max = 1}).has_value());
  EXPECT_FALSE(parse(two, kEvent, {.bytes_max = two.size() - 1, .tokens_max = 2}).has_value());
}

TEST(CsvTokens, ATimeTokenHasNoCounter) {
  const CodeSpec time{.kind = TokenKind::totp};
  EXPECT_TRUE(parse("C1," + kHex + "\n", time).has_value());
  EXPECT_FALSE(parse("C1," + kHex + ",5\n", time).has_value());
}

}  // namespace
}  // namespace lockstep
