// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_dialects.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

using Fields = std::vector<std::string_view>;

TEST(CsvDialects, EveryTextFormatHasOne) {
  for (const SeedFormat format :
       {SeedFormat::csv, SeedFormat::pingid, SeedFormat::entra, SeedFormat::oath,
        SeedFormat::multiotp, SeedFormat::feitian, SeedFormat::yubico,
        SeedFormat::yubico_traditional, SeedFormat::netiq}) {
    EXPECT_EQ(dialect_of(format).format, format);
  }
}

TEST(CsvDialects, AFormatIsRecognisedByTheFormOfALine) {
  constexpr std::string_view kSeed = "3132333435363738393031323334353637383930";
  const std::pair<Fields, std::optional<SeedFormat>> cases[] = {
      {{"1", kSeed}, std::nullopt},
      {{"1", kSeed, "5"}, std::nullopt},
      {{"1", kSeed, "totp", "6", "30"}, SeedFormat::oath},
      {{"1", "maker", "HOTP", kSeed, "6", "0"}, SeedFormat::multiotp},
      {{"1", "", "0", kSeed, "", "2013-12-12T08:41:07", ""}, SeedFormat::yubico},
      {{"OATH-HOTP", "11.12.13 18:55", "1", "cc", "", kSeed}, SeedFormat::yubico_traditional},
      {{"OATH-HOTP", kSeed}, std::nullopt},
  };
  for (const auto& [fields, format] : cases) {
    EXPECT_EQ(recognise({1, fields}, ','), format) << fields.size() << ' ' << fields[0];
  }
  EXPECT_EQ(recognise({1, {"1", kSeed}}, '\t'), SeedFormat::feitian);
  EXPECT_EQ(recognise({1, {"1", kSeed}}, ' '), SeedFormat::feitian);
}

TEST(CsvDialects, WhatTheLineSaysGoesBeforeTheDefaults) {
  SeedDefaults defaults;
  defaults.kind = TokenKind::totp;
  defaults.digits = Digits::eight();
  const auto said = dialect_of(SeedFormat::oath).read({1, {"1", "s", "hotp", "6", "7"}}, defaults);
  EXPECT_EQ(said->spec.kind, TokenKind::hotp);
  EXPECT_EQ(said->spec.digits, Digits::six());
  EXPECT_EQ(said->next, Position(7));
  const auto unsaid = dialect_of(SeedFormat::oath).read({1, {"1", "s"}}, defaults);
  EXPECT_EQ(unsaid->spec.kind, TokenKind::totp);
  EXPECT_EQ(unsaid->spec.digits, Digits::eight());
}

}  // namespace
}  // namespace lockstep
