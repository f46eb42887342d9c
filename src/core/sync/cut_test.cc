// SPDX-License-Identifier: Apache-2.0
#include "core/sync/cut.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace lockstep {
namespace {

using namespace std::string_literals;

constexpr std::array kSix = {Digits::six()};
constexpr std::array kEight = {Digits::eight()};
constexpr std::array kBoth = {Digits::six(), Digits::eight()};

/// A reading as "PIN|code" or "PIN|code|code", so that a case can be read off the page.
std::string shown(const Cut& cut) {
  std::string text = cut.prefix + '|' + to_text(cut.code, cut.digits);
  if (cut.second) text += '|' + to_text(*cut.second, cut.digits);
  return text;
}

std::vector<std::string> shown(const std::vector<Cut>& cuts) {
  std::vector<std::string> texts;
  for (const Cut& one : cuts) texts.push_back(shown(one));
  return texts;
}

struct Case {
  const char* what;
  std::string typed;
  std::vector<std::string> readings;
};

void expect_all(std::span<const Digits> lengths, std::span<const Case> cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(shown(cut(one.typed, lengths)), one.readings) << one.what;
  }
}

TEST(Cut, OneCodeOfSixDigitsWithOrWithoutAPinBefore) {
  const std::vector<Case> cases = {
      {"bare", "123456", {"|123456"}},
      {"leading zeros count", "000123", {"|000123"}},
      {"a blank in the middle", "123 456", {"|123456"}},
      {"hyphens inside", "12-34-56", {"|123456"}},
      {"blanks around", "  123456 ", {"|123456"}},
      {"PIN before", "9876123456", {"9876|123456"}},
      {"PIN and a blank", "9876 123456", {"9876|123456"}},
      {"PIN and a code in groups", "9876123 456", {"9876|123456"}},
      {"PIN of letters", "aPin123456", {"aPin|123456"}},
      {"PIN with a hyphen", "ab-cd123456", {"ab-cd|123456"}},
      {"PIN that ends in a hyphen", "ab-123456", {"ab-|123456"}},
      {"PIN with a blank inside", "ab cd 123456", {"ab cd|123456"}},
      {"PIN in another script", "\xd9\xa1\xd9\xa2 123456", {"\xd9\xa1\xd9\xa2|123456"}},
      {"a sign is no part of a code", "+123456", {"+|123456"}},
      {"a minus neither", "-123456", {"-|123456"}},
  };
  expect_all(kSix, cases);
}

TEST(Cut, WhatIsNotACodeHasNoReading) {
  const std::vector<Case> cases = {
      {"nothing", "", {}},
      {"blanks", "   ", {}},
      {"five digits", "12345", {}},
      {"letters behind", "123456a", {}},
      {"a letter inside", "1234x56", {}},
      {"a point inside", "123.456", {}},
      {"a hyphen behind", "123456-", {}},
      {"full-width digits",
       "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93\xef\xbc\x94\xef\xbc\x95\xef\xbc\x96",
       {}},
      {"an Arabic digit last", "12345\xd9\xa6", {}},
      {"NUL behind", "123456\0"s, {}},
      {"NUL before",
       "\0"
       "123456"s,
       {}},
      {"a line end", "123456\n", {}},
      {"a no-break blank inside",
       "123\xc2\xa0"
       "456",
       {}},
  };
  expect_all(kSix, cases);
}

TEST(Cut, FourDigitsTwiceAreOneCodeOfEightDigits) {
  const std::vector<Case> cases = {
      {"a blank", "1234 5678", {"|12345678"}},
      {"a hyphen", "1234-5678", {"|12345678"}},
      {"PIN before", "pin 1234 5678", {"pin|12345678"}},
      {"too short", "1234 567", {}},
  };
  expect_all(kEight, cases);
}

TEST(Cut, TwoCodesInOneFieldComeBehindTheSingleReading) {
  const std::vector<Case> cases = {
      {"a blank", "123456 234567", {"123456|234567", "|123456|234567"}},
      {"several blanks", "123456   234567", {"123456|234567", "|123456|234567"}},
      {"a comma", "123456,234567", {"123456,|234567", "|123456|234567"}},
      {"comma and blanks", "123456 , 234567", {"123456 ,|234567", "|123456|234567"}},
      {"PIN before both", "9876123456 234567", {"9876123456|234567", "9876|123456|234567"}},
      {"PIN and a blank", "ab-c 123456 234567", {"ab-c 123456|234567", "ab-c|123456|234567"}},
      {"not parted", "123456234567", {"123456|234567"}},
      {"hyphens do not", "123456-234567", {"123456-|234567"}},
      {"two commas do not", "123456,,234567", {"123456,,|234567"}},
      {"first one too short", "12345 234567", {"12345|234567"}},
  };
  expect_all(kSix, cases);
}

TEST(Cut, EachDigitCountIsReadByItselfAndOnce) {
  EXPECT_EQ(shown(cut("12345678", kBoth)), (std::vector<std::string>{"12|345678", "|12345678"}));
  EXPECT_EQ(shown(cut("123456 234567", kBoth)),
            (std::vector<std::string>{"123456|234567", "|123456|234567", "1234|56234567"}));
  constexpr std::array twice = {Digits::six(), Digits::six()};
  EXPECT_EQ(cut("123456", twice).size(), 1U);
  EXPECT_TRUE(cut("123456", {}).empty());
}

TEST(Cut, NumberNoTokenOfTenDigitsCanShowHasNoReading) {
  const std::array ten = {Digits::make(10).value()};
  EXPECT_EQ(cut("2147483647", ten).size(), 1U);
  EXPECT_TRUE(cut("2147483648", ten).empty());
}

TEST(Cut, FieldLongerThanTheLimitHasNoReading) {
  const std::string pin(kTypedBytesMax - 6, 'p');
  EXPECT_EQ(cut(pin + "123456", kSix).size(), 1U);
  EXPECT_TRUE(cut(pin + "p123456", kSix).empty());
  EXPECT_FALSE(digits_alone(std::string(kTypedBytesMax, '1') + "1"));
}

TEST(Cut, AnyPinBeforeAnyCodeIsFoundAgain) {
  EXPECT_TRUE(rc::check("PIN and code", [] {
    // From '!' on: blanks at the ends of a PIN are the one thing that is not kept.
    const auto pin = *rc::gen::container<std::string>(rc::gen::inRange('!', '~'));
    const auto code = Code(*rc::gen::inRange<std::uint32_t>(0, 1'000'000));
    const auto cuts = cut(pin + to_text(code, Digits::six()), kSix);
    RC_ASSERT(!cuts.empty());
    RC_ASSERT(cuts.front().prefix == pin);
    RC_ASSERT(cuts.front().code.value() == code.value());
  }));
}

TEST(Cut, NoTextBreaksIt) {
  EXPECT_TRUE(rc::check("any bytes", [] {
    const auto typed = *rc::gen::arbitrary<std::string>();
    for (const Cut& one : cut(typed, kBoth)) RC_ASSERT(one.code.value() < one.digits.modulus());
  }));
}

TEST(DigitsAlone, SeparatorsBetweenDigitsGoAndNothingElse) {
  EXPECT_EQ(digits_alone(" 12 34-56 "), "123456");
  EXPECT_EQ(digits_alone("000123"), "000123");
  for (const char* typed : {"", " ", "-123456", "+123456", "123456-", "12a456", "12.456", "pin1234",
                            "\xef\xbc\x91\xef\xbc\x92"}) {
    EXPECT_FALSE(digits_alone(typed)) << typed;
  }
  EXPECT_FALSE(
      digits_alone("123\0"
                   "456"s));
}

}  // namespace
}  // namespace lockstep
