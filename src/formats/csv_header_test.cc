// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_header.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::optional<CsvHeader> header(std::vector<std::string_view> names) {
  return CsvHeader::find(TextRow{1, std::move(names)});
}

TEST(CsvHeader, NamesASerialAndASeedOrIsNone) {
  EXPECT_TRUE(header({"Serial Number", "SECRET_KEY"}).has_value());
  EXPECT_TRUE(header({"otp-key", "token serial"}).has_value());
  EXPECT_FALSE(header({"serial", "owner"}).has_value());
  EXPECT_FALSE(header({"C1", "3132333435363738393031323334353637383930"}).has_value());
}

TEST(CsvHeader, TheFirstColumnOfANameCountsAndUnknownOnesAreListed) {
  const auto found = header({"serial", "seed", "token", "Besitzer\xC3\xA4", ""});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->read({2, {"C1", "s", "C2"}}, {})->serial, "C1");
  EXPECT_EQ(found->unused(), (std::vector<std::string>{"Besitzer??"}));
}

TEST(CsvHeader, MicrosoftsHasAnIntervalAndNoType) {
  EXPECT_TRUE(header({"upn", "serial number", "secret key", "time interval"})->is_entra());
  EXPECT_TRUE(header({"serial number", "secret key", "timeinterval"})->is_entra());
  EXPECT_FALSE(header({"serial", "secret key", "time interval", "type"})->is_entra());
  EXPECT_FALSE(header({"serial", "secret key", "step"})->is_entra());
}

TEST(CsvHeader, AnEmptyFieldIsTheDefaultAndAMissingOneToo) {
  const auto found = header({"serial", "seed", "digits", "type"});
  const CodeSpec base{.kind = TokenKind::totp, .digits = Digits::eight()};
  EXPECT_EQ(found->read({2, {"C1", "s", "", ""}}, base)->spec, base);
  EXPECT_EQ(found->read({2, {"C1", "s"}}, base)->spec, base);
  EXPECT_FALSE(found->read({2, {"C1", "s", "3"}}, base).has_value());
  EXPECT_FALSE(found->read({2, {"C1", "s", "6", "hotp", "more"}}, base).has_value());
}

}  // namespace
}  // namespace lockstep
