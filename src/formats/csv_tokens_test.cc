// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_tokens.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const std::string kHex = "3132333435363738393031323334353637383930";
const std::string kBase32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";  // the same seed
const std::string kEither = "2345672345672345672345ABCDEF2345ABCDEF23";
const CsvOptions kEvent{.format = {}, .defaults = {.kind = TokenKind::hotp}, .encoding = {}};

CsvOptions options_of(SeedFormat format) {
  CsvOptions options = kEvent;
  options.format = format;
  return options;
}

Result<SeedFile> parse(const std::string& text, const CsvOptions& options = kEvent,
                       const SeedFileLimits& limits = {}) {
  return parse_csv_tokens(Secret::copy_of(text), options, limits);
}

std::string seed_of(const SeedRecord& record) {
  const ByteView bytes = record.seed.reveal();
  return {bytes.begin(), bytes.end()};
}

/// The file's tokens, all lines of which are good.
std::vector<SeedRecord> records_of(const std::string& text, const CsvOptions& options = kEvent) {
  Result<SeedFile> file = parse(text, options);
  if (!file) {
    ADD_FAILURE() << file.error().context;
    return {};
  }
  for (const RejectedSeed& one : file->rejected) ADD_FAILURE() << one.line << ": " << one.why;
  return std::move(file->records);
}

TEST(CsvTokens, ReadsSerialSeedAndCounter) {
  const auto records = records_of("0012," + kHex + ",7\nABC-1," + kHex + "\n");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].serial.text(), "0012");
  EXPECT_EQ(records[0].next, Position(7));
  EXPECT_EQ(records[0].line, 1U);
  EXPECT_EQ(seed_of(records[0]), "12345678901234567890");
  EXPECT_EQ(records[1].next, Position(0));
  EXPECT_EQ(records[1].spec, CodeSpec{.kind = TokenKind::hotp});
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
      {"semicolons", "C1;" + kHex + "\nC2;" + kHex + ";\n"},
      {"base32", "C1," + kBase32 + "\nC2," + kBase32 + "\n"},
  };
  for (const auto& [what, text] : cases) {
    const auto records = records_of(text);
    ASSERT_EQ(records.size(), 2U) << what;
    EXPECT_EQ(records[1].serial.text(), "C2") << what;
    EXPECT_EQ(seed_of(records[1]), "12345678901234567890") << what;
  }
}

TEST(CsvTokens, OneAlphabetHoldsForTheWholeFile) {
  EXPECT_EQ(records_of("C1," + kEither + "\nC2," + kHex + "\n").at(0).seed.size(), 20U);
  EXPECT_EQ(records_of("C1," + kEither + "\nC2," + kBase32 + "\n").at(0).seed.size(), 25U);
  EXPECT_FALSE(parse("C1," + kHex + "\nC2," + kBase32 + "\n").has_value());
}

TEST(CsvTokens, WhereEverySeedCouldBeEitherTheOperatorSaysWhich) {
  const auto asked = parse("C1," + kEither + "\n");
  ASSERT_FALSE(asked.has_value());
  EXPECT_NE(asked.error().context.find("hex and as base32"), std::string::npos);
  CsvOptions options = kEvent;
  options.encoding = SeedEncoding::hex;
  EXPECT_EQ(records_of("C1," + kEither + "\n", options).at(0).seed.size(), 20U);
  options.encoding = SeedEncoding::base32;
  EXPECT_EQ(records_of("C1," + kEither + "\n", options).at(0).seed.size(), 25U);
}

TEST(CsvTokens, ADamagedSeedDoesNotDecideTheAlphabet) {
  const auto file = parse("C1," + kHex + "\nC2,xyz\nC3,GGGG\n");
  ASSERT_TRUE(file.has_value()) << file.error().context;
  EXPECT_EQ(file->records.size(), 1U);
  EXPECT_EQ(file->rejected.size(), 2U);
}

TEST(CsvTokens, RejectsTheLineAndNamesItButNeverTheSeed) {
  const std::string good = "C1," + kHex + "\n";
  const std::pair<const char*, std::string> cases[] = {
      {"a serial alone", "C2"},
      {"too many fields", "C2," + kHex + ",1,2"},
      {"a bad serial", "C 2," + kHex},
      {"no serial", "," + kHex},
      {"a spreadsheet's work", "2.30871E+12," + kHex},
      {"an odd seed", "C2," + kHex + "3"},
      {"a short seed", "C2,313233343536373839"},
      {"a long seed", "C2," + std::string(258, '3')},
      {"a negative counter", "C2," + kHex + ",-1"},
      {"a counter of letters", "C2," + kHex + ",1x"},
      {"a counter beyond 2^63", "C2," + kHex + ",9223372036854775808"},
      {"an open quote", "\"C2," + kHex},
      {"text behind a quote", "\"C2\"x," + kHex},
      {"the seed in front", kHex + ",C2"},
  };
  for (const auto& [what, line] : cases) {
    const auto file = parse(good + line + "\n" + "C3," + kHex + "\n");
    ASSERT_TRUE(file.has_value()) << what << ": " << file.error().context;
    ASSERT_EQ(file->records.size(), 2U) << what;
    EXPECT_EQ(file->records[1].serial.text(), "C3") << what;
    ASSERT_EQ(file->rejected.size(), 1U) << what;
    EXPECT_EQ(file->rejected[0].line, 2U) << what;
    EXPECT_FALSE(file->rejected[0].why.empty()) << what;
    EXPECT_EQ((file->rejected[0].why + file->rejected[0].serial).find("3132"), std::string::npos)
        << what;
  }
}

TEST(CsvTokens, RefusesAnEmptyFileAndOneBeyondTheLimits) {
  EXPECT_FALSE(parse("").has_value());
  EXPECT_FALSE(parse("# nothing\n").has_value());
  EXPECT_FALSE(parse("serial,seed\n").has_value());
  const std::string two = "C1," + kHex + "\nC2," + kHex + "\n";
  EXPECT_TRUE(parse(two, kEvent, {.bytes_max = two.size(), .tokens_max = 2}).has_value());
  EXPECT_FALSE(parse(two, kEvent, {.bytes_max = two.size(), .tokens_max = 1}).has_value());
  EXPECT_FALSE(parse(two, kEvent, {.bytes_max = two.size() - 1, .tokens_max = 2}).has_value());
}

TEST(CsvTokens, WhatNeitherTheFileNorTheOperatorSaysIsNotGuessed) {
  const auto file = parse("C1," + kHex + "\n", {});
  ASSERT_FALSE(file.has_value());
  EXPECT_NE(file.error().context.find("count events or time"), std::string::npos);
  EXPECT_FALSE(parse("serial,seed\nC1," + kHex + "\n", {}).has_value());
}

TEST(CsvTokens, ATimeTokenHasNoCounter) {
  const CsvOptions time{.format = {}, .defaults = {.kind = TokenKind::totp}, .encoding = {}};
  EXPECT_EQ(records_of("C1," + kHex + "\n", time).size(), 1U);
  EXPECT_EQ(parse("C1," + kHex + ",5\n", time)->rejected.size(), 1U);
}

TEST(CsvTokens, AHeaderMayNameTheColumnsInAnyOrder) {
  const auto file = parse(
      "Secret Key;TYPE;digits;owner;Serial_Number;step;counter;hash;Manufacturer;model\n" + kHex +
          ";TOTP;8;anna;C1;60;;sha256;Maker;M \"\"1\"\"\n" + kHex + ";hotp;;;C2;;9;;;\n",
      {});
  ASSERT_TRUE(file.has_value()) << file.error().context;
  EXPECT_EQ(file->format, SeedFormat::csv);
  ASSERT_EQ(file->records.size(), 2U);
  const SeedRecord& time = file->records[0];
  EXPECT_EQ(time.serial.text(), "C1");
  EXPECT_EQ(time.spec, (CodeSpec{.kind = TokenKind::totp,
                                 .hash = HashAlgorithm::sha256,
                                 .digits = Digits::eight(),
                                 .step = Seconds(60)}));
  EXPECT_EQ(time.model, "Maker M \"1\"");
  EXPECT_EQ(file->records[1].spec, CodeSpec{.kind = TokenKind::hotp});
  EXPECT_EQ(file->records[1].next, Position(9));
  ASSERT_EQ(file->notes.size(), 1U);
  EXPECT_EQ(file->notes[0], "the column \"owner\" was not used");
}

TEST(CsvTokens, AHeaderWithAStepAloneMeansTimeAndWithACounterAloneEvents) {
  EXPECT_EQ(records_of("serial,seed,interval\nC1," + kHex + ",60\n", {}).at(0).spec.kind,
            TokenKind::totp);
  EXPECT_EQ(records_of("serial,seed,counter\nC1," + kHex + ",6\n", {}).at(0).next, Position(6));
  const auto bad = parse("serial,seed,counter\nC1," + kHex + ",6,7\n", {});
  ASSERT_EQ(bad->rejected.size(), 1U);
  EXPECT_EQ(bad->rejected[0].line, 2U);
}

/// Parses without a format being named, and checks which was found.
std::vector<SeedRecord> recognised(SeedFormat format, const std::string& text,
                                   const CsvOptions& options = {}) {
  Result<SeedFile> file = parse(text, options);
  if (!file) {
    ADD_FAILURE() << file.error().context;
    return {};
  }
  EXPECT_EQ(name_of(file->format), name_of(format));
  for (const RejectedSeed& one : file->rejected) ADD_FAILURE() << one.line << ": " << one.why;
  return std::move(file->records);
}

TEST(CsvTokens, ReadsMicrosoftEntraId) {
  const auto records =
      recognised(SeedFormat::entra,
                 "upn,serial number,secret key,time interval,manufacturer,model\n"
                 "alice@example.org,1234567," +
                     kBase32 +
                     ",60,Contoso,HardwareKey\n"
                     ",1234568,gezdgnbvgy3tqojqgezdgnbvgy3tqojq,30,Contoso,HardwareKey\n");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].spec, (CodeSpec{.kind = TokenKind::totp, .step = Seconds(60)}));
  EXPECT_EQ(records[0].model, "Contoso HardwareKey");
  EXPECT_EQ(seed_of(records[0]), "12345678901234567890");
  EXPECT_EQ(seed_of(records[1]), "12345678901234567890");
  EXPECT_EQ(records[1].spec.step, Seconds(30));
  // An alphabet that is known needs no evidence.
  EXPECT_EQ(
      recognised(SeedFormat::entra, "serial number,secret key,timeinterval\n1," + kEither + ",30\n")
          .at(0)
          .seed.size(),
      25U);
  EXPECT_FALSE(parse("1234567," + kBase32 + "\n", options_of(SeedFormat::entra)).has_value());
}

TEST(CsvTokens, ReadsPingId) {
  const std::string file =
      "2308734700388,6EBD59F71A634C48C4619CB33F6C385C9237C9BA\n"
      "2308734700389," +
      kHex + ",5\n";
  const auto records = records_of(file, options_of(SeedFormat::pingid));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].serial.text(), "2308734700388");
  EXPECT_EQ(records[1].next, Position(5));
  // Without its name it is the plain format, which reads the same lines.
  EXPECT_EQ(recognised(SeedFormat::csv, file, kEvent).size(), 2U);
  EXPECT_EQ(records_of("1," + kEither + "\n", options_of(SeedFormat::pingid)).at(0).seed.size(),
            20U);
}

TEST(CsvTokens, ReadsOathCsvOfBothVersions) {
  const auto records = recognised(
      SeedFormat::oath, "O1, " + kHex + ", hotp, 6, 5\nO2, " + kHex + ", TOTP, 8, 60, sha256\n");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].next, Position(5));
  EXPECT_EQ(records[1].spec, (CodeSpec{.kind = TokenKind::totp,
                                       .hash = HashAlgorithm::sha256,
                                       .digits = Digits::eight(),
                                       .step = Seconds(60)}));
  const auto second = parse("# version: 2\nanna,people,example,O3," + kHex + ",hotp,6\n,,,O4," +
                                kHex + "\n,,,O5," + kHex + ",ocra,OCRA-1:HOTP-SHA1-6:QN08\nx,y\n",
                            {});
  ASSERT_TRUE(second.has_value()) << second.error().context;
  EXPECT_EQ(second->format, SeedFormat::oath);
  ASSERT_EQ(second->records.size(), 2U);
  EXPECT_EQ(second->records[0].serial.text(), "O3");
  EXPECT_EQ(second->records[1].spec, CodeSpec{.kind = TokenKind::hotp});
  ASSERT_EQ(second->rejected.size(), 2U);
  EXPECT_EQ(second->rejected[0].why, "OCRA tokens are not supported");
  EXPECT_EQ(second->rejected[1].line, 5U);
  EXPECT_EQ(second->notes.size(), 1U);
}

TEST(CsvTokens, ReadsNetIqWhoseLastFieldIsNeverACounter) {
  const std::string file = "N1," + kHex + ",hotp,8,60\nN2," + kHex + ",totp,6,60\nN3," + kHex;
  const auto records = records_of(file, options_of(SeedFormat::netiq));
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].next, Position(0));
  EXPECT_EQ(records[0].spec.digits, Digits::eight());
  EXPECT_EQ(records[1].spec, (CodeSpec{.kind = TokenKind::totp, .step = Seconds(60)}));
  EXPECT_EQ(records[2].spec.kind, TokenKind::hotp);
  EXPECT_EQ(
      parse("N1," + kHex + ",totp,6,60,sha1\n", options_of(SeedFormat::netiq))->rejected.size(),
      1U);
}

TEST(CsvTokens, ReadsMultiOtp) {
  const auto file = parse("M1;multiOTP;TOTP;" + kHex + ";6;60\nM2;multiOTP;HOTP;" + kHex +
                              ";8;12\nM3;multiOTP;mOTP;" + kHex + ";6;10\n",
                          {});
  ASSERT_TRUE(file.has_value()) << file.error().context;
  EXPECT_EQ(file->format, SeedFormat::multiotp);
  ASSERT_EQ(file->records.size(), 2U);
  EXPECT_EQ(file->records[0].spec, (CodeSpec{.kind = TokenKind::totp, .step = Seconds(60)}));
  EXPECT_EQ(file->records[0].model, "multiOTP");
  EXPECT_EQ(file->records[1].next, Position(12));
  ASSERT_EQ(file->rejected.size(), 1U);
  EXPECT_EQ(file->rejected[0].why, "mOTP tokens are not supported");
}

TEST(CsvTokens, ReadsFeitiansText) {
  for (const char* between : {" ", "\t", "   "}) {
    const auto records = recognised(SeedFormat::feitian,
                                    "1000117803294" + std::string(between) + kHex + "\n", kEvent);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].serial.text(), "1000117803294");
    EXPECT_EQ(seed_of(records[0]), "12345678901234567890");
  }
  EXPECT_EQ(recognised(SeedFormat::feitian, "2600124809778\t" + kBase32 + "\n",
                       {.format = {}, .defaults = {.kind = TokenKind::totp}, .encoding = {}})
                .at(0)
                .spec.kind,
            TokenKind::totp);
}

TEST(CsvTokens, ReadsTheOathKeysOfBothYubicoFormats) {
  const auto log = parse(
      "LOGGING START,11.12.13 18:50\n"
      "OATH-HOTP,11.12.13 18:55,1,ubcccccccccd,," +
          kHex +
          ",,,0,0,0,8,0,0,0,0,0,0\n"
          "Yubico OTP,12.11.13 "
          "11:10,1,vvgutbiedkvi,ab86c04de6a3,d26a7c0f85fdda28bd816e406342b214,,,0\n"
          "Static Password,11.12.13 19:08,1,,d5a3d50327dc,0e8e37b0e38b314a56748c030f58d21d,,,0\n",
      {});
  ASSERT_TRUE(log.has_value()) << log.error().context;
  EXPECT_EQ(log->format, SeedFormat::yubico_traditional);
  ASSERT_EQ(log->records.size(), 1U);
  EXPECT_EQ(log->records[0].serial.text(), "UBCCCCCCCCCD");
  EXPECT_EQ(log->records[0].spec, (CodeSpec{.kind = TokenKind::hotp, .digits = Digits::eight()}));
  EXPECT_EQ(log->rejected.size(), 2U);

  const auto own = parse("# OATH mode\n508326,,0," + kHex +
                             ",,2013-12-12T08:41:07,\n"
                             "508327,cccccccccccc,83cebdfb7b93,a47c5bf9c152202f577be6721c0113af,,"
                             "2013-12-12T08:43:17,\n"
                             "508328,,,9e2fd386224a7f77e9b5aee775464033,,2013-12-12T08:44:34,\n",
                         {});
  ASSERT_TRUE(own.has_value()) << own.error().context;
  EXPECT_EQ(own->format, SeedFormat::yubico);
  ASSERT_EQ(own->records.size(), 1U);
  EXPECT_EQ(own->records[0].serial.text(), "508326");
  EXPECT_EQ(own->records[0].model, "Yubico YubiKey");
  EXPECT_EQ(own->rejected.size(), 2U);
}

TEST(CsvTokens, ALineOfAFormatThatIsNamedIsHeldToIt) {
  for (const SeedFormat format :
       {SeedFormat::oath, SeedFormat::multiotp, SeedFormat::netiq, SeedFormat::yubico,
        SeedFormat::yubico_traditional, SeedFormat::feitian, SeedFormat::pingid}) {
    const auto file = parse("a,b,c,d,e,f,g,h,i,j,k,l\n", options_of(format));
    ASSERT_TRUE(file.has_value()) << name_of(format) << file.error().context;
    EXPECT_TRUE(file->records.empty()) << name_of(format);
    EXPECT_EQ(file->rejected.size(), 1U) << name_of(format);
  }
}

}  // namespace
}  // namespace lockstep
