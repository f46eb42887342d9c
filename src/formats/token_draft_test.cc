// SPDX-License-Identifier: Apache-2.0
#include "formats/token_draft.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(TokenDraft, FieldsAreReadStrictly) {
  EXPECT_EQ(read_kind("oath-hotp").value(), TokenKind::hotp);
  EXPECT_EQ(read_kind("Time").value(), TokenKind::totp);
  EXPECT_EQ(read_hash("HMAC-SHA-256").value(), HashAlgorithm::sha256);
  EXPECT_EQ(read_digits("10")->count(), 10U);
  EXPECT_EQ(read_step("86400").value(), Seconds(86'400));
  EXPECT_EQ(read_counter("9223372036854775807").value(), Position(Position::kMax));
  for (const char* text : {"", "x", "yotp"}) EXPECT_FALSE(read_kind(text)) << text;
  for (const char* text : {"", "md5", "SHA1024"}) EXPECT_FALSE(read_hash(text)) << text;
  for (const char* text : {"", "3", "11", "6x", "-6"}) EXPECT_FALSE(read_digits(text)) << text;
  for (const char* text : {"", "0", "86401", "30s"}) EXPECT_FALSE(read_step(text)) << text;
  for (const char* text : {"", "-1", "9223372036854775808"}) EXPECT_FALSE(read_counter(text));
}

TEST(TokenDraft, TheMovingFactorIsACounterOrAStep) {
  TokenDraft row;
  ASSERT_TRUE(read_moving("60", row).has_value());
  EXPECT_EQ(row.next, Position(60));
  row.spec.kind = TokenKind::totp;
  ASSERT_TRUE(read_moving("60", row).has_value());
  EXPECT_EQ(row.spec.step, Seconds(60));
  ASSERT_TRUE(read_moving("", row).has_value());
  EXPECT_EQ(row.spec.step, Seconds(60));
}

TEST(TokenDraft, AModelIsPlainTextOrNothing) {
  EXPECT_EQ(model_text("Maker", "M1"), "Maker M1");
  EXPECT_EQ(model_text("", "say \"\"hi\"\""), "say \"hi\"");
  EXPECT_EQ(model_text(std::string(200, 'x'), ""), "");
  EXPECT_EQ(model_text("\xFF", ""), "");
}

TEST(TokenDraft, WhatMayBeASeedIsNotShownAsASerial) {
  EXPECT_EQ(serial_shown("abc-1"), "ABC-1");
  EXPECT_EQ(serial_shown("gezdgnbvgy3tqojq"), "");  // 10 bytes in base32
  EXPECT_EQ(serial_shown("no serial"), "");
}

}  // namespace
}  // namespace lockstep
