// SPDX-License-Identifier: Apache-2.0
#include "formats/seed_files.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

const std::string kSeed = "3132333435363738393031323334353637383930";

Result<SeedFile> read(const std::string& text, std::optional<SeedFormat> format = {}) {
  SeedFileOptions options;
  options.format = format;
  options.defaults.kind = TokenKind::hotp;
  return read_seed_file(Secret::copy_of(text), options, {});
}

TEST(SeedFiles, TheContentSaysWhatAFileIs) {
  const std::string pskc =
      R"(<?xml version="1.0"?><!-- a <comment> --><x:KeyContainer><x:KeyPackage>)"
      R"(<x:Key Id="K1" Algorithm="hotp"><x:Data><x:Secret>)"
      "<x:PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</x:PlainValue></x:Secret></x:Data></x:Key>"
      "</x:KeyPackage></x:KeyContainer>";
  EXPECT_EQ(read(pskc)->format, SeedFormat::pskc);
  EXPECT_EQ(read("\xEF\xBB\xBF\r\n" + pskc)->records.size(), 1U);
  EXPECT_EQ(read("C1," + kSeed + "\n")->format, SeedFormat::csv);
  EXPECT_EQ(read("C1," + kSeed + "\n", SeedFormat::pingid)->format, SeedFormat::pingid);
}

TEST(SeedFiles, FilesThatAreKnownAndNotSupportedAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"<?xml version=\"1.0\"?>\n<TKNBatch>\n<TKNHeader/></TKNBatch>", "RSA .sdtid"},
      {"<Tokens><Token serial=\"1\"/></Tokens>", "SafeNet"},
      {"<data><header/></data>", "Deepnet"},
      {"# ===== SafeWord Authenticator Records $Version: 100$ =====\n", "SafeWord"},
      {"-----BEGIN PGP MESSAGE-----\n", "PGP"},
      {"PK\x03\x04zip", "zip"},
      {"<html/>", "no KeyContainer"},
  };
  for (const auto& [text, part] : cases) {
    const auto file = read(text);
    ASSERT_FALSE(file.has_value()) << text;
    EXPECT_EQ(file.error().code, Errc::invalid_input) << text;
    EXPECT_NE(file.error().context.find(part), std::string::npos) << file.error().context;
  }
}

TEST(SeedFiles, AFormatThatIsNamedIsNotAnother) {
  EXPECT_FALSE(read("C1," + kSeed + "\n", SeedFormat::pskc).has_value());
  EXPECT_FALSE(read("<KeyContainer/>", SeedFormat::csv).has_value());
  EXPECT_FALSE(read("<", {}).has_value());
  EXPECT_FALSE(read("<!--", {}).has_value());
}

TEST(SeedFiles, AFileAndItsKeyAreKeptAsOneSecret) {
  FileKey key;
  key.preshared = Secret(Bytes{0, 1, 2});
  key.password = Secret::copy_of("word");
  const Secret packed = pack_seed_file(Secret::copy_of("content"), key);
  const auto file = unpack_seed_file(packed);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(to_hex(file->key.preshared.reveal()), "000102");
  EXPECT_EQ(to_hex(file->key.password.reveal()), to_hex(bytes_of("word")));
  EXPECT_EQ(to_hex(file->content.reveal()), to_hex(bytes_of("content")));
  EXPECT_TRUE(unpack_seed_file(pack_seed_file({}, {}))->content.empty());
  const ByteView bytes = packed.reveal();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(unpack_seed_file(Secret(bytes.first(size))).error().code, Errc::corrupt) << size;
  }
  Bytes longer(bytes.begin(), bytes.end());
  longer.push_back(0);
  EXPECT_FALSE(unpack_seed_file(Secret(std::move(longer))).has_value());
}

TEST(SeedFiles, APresharedKeyIsHexWithBlanksAnywhere) {
  EXPECT_EQ(to_hex(parse_preshared_key(Secret::copy_of(" 00 01\n0A0b\r\n"))->reveal()), "00010a0b");
  for (const char* text : {"", " \n", "0", "0g", "key"}) {
    EXPECT_FALSE(parse_preshared_key(Secret::copy_of(text)).has_value()) << text;
  }
}

}  // namespace
}  // namespace lockstep
