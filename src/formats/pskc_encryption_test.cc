// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc_encryption.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/handle.h"
#include "base/hex.h"
#include "formats/pskc.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

/// A container with one HOTP key; the cases below change one part at a time. As it stands it is the
/// file of RFC 6030 figure 6: AES-128-CBC under a key agreed on, HMAC-SHA1.
struct Encrypted {
  std::string encryption = "<EncryptionKey><KeyName>Pre-shared-key</KeyName></EncryptionKey>";
  std::string cipher = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
  std::string mac_method = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
  std::string mac_key = "ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX";
  std::string secret = "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv";
  std::string mac = "<ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=</ValueMAC>";
  std::string data = "<Counter><PlainValue>0</PlainValue></Counter>";

  [[nodiscard]] std::string value(const std::string& content) const {
    return R"(<EncryptionMethod Algorithm=")" + cipher + R"("/><CipherData><CipherValue>)" +
           content + "</CipherValue></CipherData>";
  }
  [[nodiscard]] std::string text() const {
    std::string method;
    if (!mac_method.empty()) {
      method = R"(<MACMethod Algorithm=")" + mac_method + R"(">)";
      if (!mac_key.empty()) method += "<MACKey>" + value(mac_key) + "</MACKey>";
      method += "</MACMethod>";
    }
    return "<KeyContainer>" + encryption + method +
           R"(<KeyPackage><DeviceInfo><SerialNo>987654321</SerialNo></DeviceInfo>)"
           R"(<Key Id="12345678" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp">)"
           R"(<AlgorithmParameters><ResponseFormat Length="8" Encoding="DECIMAL"/>)"
           "</AlgorithmParameters><Data><Secret><EncryptedValue>" +
           value(secret) + "</EncryptedValue>" + mac + "</Secret>" + data +
           "</Data></Key></KeyPackage></KeyContainer>";
  }
};

FileKey preshared(std::string_view hex) { return {Secret(parse_hex(hex).value()), {}}; }
FileKey password(std::string_view text) { return {{}, Secret::copy_of(text)}; }
FileKey figure_6_key() { return preshared("12345678901234567890123456789012"); }

Result<SeedFile> parse(const Encrypted& file, const FileKey& key) {
  return parse_pskc(Secret::copy_of(file.text()), key, {});
}

std::string seed_of(const Result<SeedFile>& file) {
  if (!file) return file.error().context;
  if (!file->rejected.empty()) return file->rejected[0].why;
  const ByteView bytes = file->records.at(0).seed.reveal();
  return {bytes.begin(), bytes.end()};
}

void expect_refused(const Result<SeedFile>& file, std::string_view part, std::string_view what) {
  ASSERT_FALSE(file.has_value()) << what;
  EXPECT_EQ(file.error().code, Errc::invalid_input) << what;
  EXPECT_NE(file.error().context.find(part), std::string::npos)
      << what << ": " << file.error().context;
}

TEST(PskcEncryption, OpensFigure6OfTheRfc) {
  const auto file = parse({}, figure_6_key());
  EXPECT_EQ(seed_of(file), "12345678901234567890");
  EXPECT_TRUE(file->notes.empty());
}

Encrypted figure_7() {
  Encrypted file;
  file.encryption =
      R"(<EncryptionKey><DerivedKey><KeyDerivationMethod Algorithm=")"
      R"(http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2"><PBKDF2-params>)"
      "<Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>1000</IterationCount>"
      "<KeyLength>16</KeyLength></PBKDF2-params></KeyDerivationMethod></DerivedKey></"
      "EncryptionKey>";
  file.mac_key = "2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx";
  file.secret = "oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f";
  file.mac = "<ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=</ValueMAC>";
  return file;
}

TEST(PskcEncryption, OpensFigure7OfTheRfcByItsPassword) {
  EXPECT_EQ(seed_of(parse(figure_7(), password("qwerty"))), "12345678901234567890");
}

TEST(PskcEncryption, SaysWhatIsNeededToOpenAFile) {
  expect_refused(parse({}, {}), "encrypted with a key: it has to be given", "no key");
  expect_refused(parse({}, password("qwerty")), "with a key and not with a password", "a password");
  expect_refused(parse(figure_7(), {}), "with a password: it has to be given", "no password");
  expect_refused(parse(figure_7(), figure_6_key()), "with a password and not with a key", "a key");
  Encrypted certificate;
  certificate.encryption = "<EncryptionKey><X509Data/></EncryptionKey>";
  expect_refused(parse(certificate, figure_6_key()), "certificate", "a certificate");
}

TEST(PskcEncryption, AWrongKeyOrPasswordOpensNothing) {
  constexpr std::string_view kWrong = "does not open";
  expect_refused(parse({}, preshared("12345678901234567890123456789013")), kWrong, "a wrong key");
  expect_refused(parse(figure_7(), password("qwertz")), kWrong, "a wrong password");
  expect_refused(parse({}, preshared("123456789012345678901234567890")), "length", "a short key");
}

/// `text`, base64, with one bit of its character at `index` changed.
std::string changed(std::string text, std::size_t index) {
  text[index] = text[index] == 'A' ? 'B' : 'A';
  return text;
}

TEST(PskcEncryption, AnyChangeToCiphertextOrMacRefusesTheFile) {
  const Encrypted right;
  for (std::size_t i = 0; i < right.secret.size(); ++i) {
    Encrypted file;
    file.secret = changed(right.secret, i);
    expect_refused(parse(file, figure_6_key()), "does not open", "the secret");
  }
  Encrypted mac;
  mac.mac = "<ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExd=</ValueMAC>";
  EXPECT_NE(seed_of(parse(mac, figure_6_key())), "12345678901234567890");
  mac.mac = "<ValueMAC>Tu+NvtQfmvfJzF6bmQiJqoLRExc=</ValueMAC>";
  expect_refused(parse(mac, figure_6_key()), "does not open", "the MAC");
  // The MAC of the same text without its IV, which some programs wrote by mistake.
  mac.mac = "<ValueMAC>SlgVlUB38M7e1lRNm2zg4w==</ValueMAC>";
  expect_refused(parse(mac, figure_6_key()), "does not open", "a short MAC");
}

TEST(PskcEncryption, WithoutAMacACbcValueIsRejected) {
  Encrypted file;
  file.mac.clear();
  EXPECT_EQ(seed_of(parse(file, figure_6_key())), "it has no MAC");
  file = {};
  file.mac_method.clear();
  EXPECT_EQ(seed_of(parse(file, figure_6_key())), "it has no MAC");
  file = {};
  file.mac = "<ValueMAC></ValueMAC>";
  EXPECT_EQ(seed_of(parse(file, figure_6_key())), "its MAC is not base64");
}

TEST(PskcEncryption, WhatIsNotKnownIsRefusedByName) {
  Encrypted file;
  file.cipher = "http://www.w3.org/2001/04/xmlenc#arcfour";
  expect_refused(parse(file, figure_6_key()), "MAC's key", "a cipher");
  file.mac_key.clear();
  EXPECT_EQ(seed_of(parse(file, figure_6_key())), "its cipher is not known");
  file = {};
  file.mac_method = "http://www.w3.org/2001/04/xmldsig-more#hmac-md5";
  expect_refused(parse(file, figure_6_key()), "MAC method", "a MAC");
  file = figure_7();
  file.encryption.replace(file.encryption.find("#pbkdf2"), 7, "#scrypt");
  expect_refused(parse(file, password("qwerty")), "PBKDF2", "a derivation");
  file = figure_7();
  file.encryption.replace(file.encryption.find(">1000<"), 6, ">2000001<");
  expect_refused(parse(file, password("qwerty")), "iterations", "too much work");
  file = figure_7();
  file.encryption.replace(file.encryption.find("<KeyLength>16</KeyLength>"), 25, "");
  expect_refused(parse(file, password("qwerty")), "incomplete", "no key length");
  file = {};
  file.secret = "!";
  EXPECT_NE(seed_of(parse(file, figure_6_key())), "12345678901234567890");
}

// The values below were sealed by pyca/cryptography 38 under the key 00 01 … 0f, which is the MAC's
// key too.
Encrypted without_mac_key() {
  Encrypted file;
  file.mac_method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
  file.mac_key.clear();
  file.secret = "oKGio6SlpqeoqaqrrK2ur9uQb2pjzSt2waP8XXruA6vh2N1VdM8jtl7nTz6tgh1O";
  file.mac = "<ValueMAC>QkOCqe++ljWktp+4rl2TidQ+gHOY9AH2f9PVSaoQV6A=</ValueMAC>";
  return file;
}
FileKey counting_key() { return preshared("000102030405060708090a0b0c0d0e0f"); }

TEST(PskcEncryption, WithoutAMacKeyTheKeyItselfIsTheMacs) {
  EXPECT_EQ(seed_of(parse(without_mac_key(), counting_key())), "12345678901234567890");
}

std::string counter(const std::string& cipher_value, const std::string& mac) {
  return R"(<Counter><EncryptedValue><EncryptionMethod Algorithm="x#aes128-cbc"/><CipherData>)"
         "<CipherValue>" +
         cipher_value + "</CipherValue></CipherData></EncryptedValue><ValueMAC>" + mac +
         "</ValueMAC></Counter>";
}

TEST(PskcEncryption, ReadsEncryptedNumbersAsTextAndAsBytes) {
  Encrypted file = without_mac_key();
  file.data = counter("sLGys7S1tre4ubq7vL2+v4h1tmuaS87hjbwgJbRqEOA=",
                      "+ov6OXq2dm5x9WKIQH1skR1cgLYfCpSd17wLNCLIlB4=");
  EXPECT_EQ(parse(file, counting_key())->records.at(0).next, Position(298507));
  file.data = counter("sLGys7S1tre4ubq7vL2+v2On32gv6g8yiqNc9ftdeSU=",
                      "yvYvj9LfIhj/BpoIv68KIRkrO+XkpsQLMtHcszKp5tA=");
  EXPECT_EQ(parse(file, counting_key())->records.at(0).next, Position(961392));
  file.data = counter("sLGys7S1tre4ubq7vL2+v2On32gv6g8yiqNc9ftdeSU=", "");
  EXPECT_EQ(seed_of(parse(file, counting_key())), "Counter: its MAC is not base64");
}

TEST(PskcEncryption, OpensADraftWithOneIvAndItsMacOverThePlaintext) {
  const std::string text =
      R"(<KeyContainer version="1.0"><EncryptionMethod Algorithm="x#aes128-cbc">)"
      R"(<IV>oKGio6SlpqeoqaqrrK2urw==</IV></EncryptionMethod>)"
      R"(<DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"/><Device><DeviceId>)"
      R"(<SerialNo>0950380269</SerialNo></DeviceId><Key KeyAlgorithm="x/pskc#hotp" KeyId="1">)"
      R"(<Data Name="SECRET"><Value>25BvamPNK3bBo/xdeu4Dq+HY3VV0zyO2XudPPq2CHU4=</Value>)"
      R"(<ValueDigest>inytQ6EY5pE3OsVY8UkH3wu54Ww=</ValueDigest></Data>)"
      R"(<Data Name="COUNTER"><Value>AAAAADHwRgM=</Value></Data></Key></Device></KeyContainer>)";
  const auto file = parse_pskc(Secret::copy_of(text), counting_key(), {});
  EXPECT_EQ(seed_of(file), "12345678901234567890");
  EXPECT_EQ(file->records.at(0).next, Position(837830147));
  ASSERT_EQ(file->notes.size(), 1U);
  EXPECT_NE(file->notes[0].find("over the plaintext"), std::string::npos);
}

TEST(PskcEncryption, RefusesADraftsSecretWhoseMacWasTakenAway) {
  const std::string text =
      R"(<KeyContainer version="1.0"><EncryptionMethod Algorithm="x#aes128-cbc">)"
      R"(<IV>oKGio6SlpqeoqaqrrK2urw==</IV></EncryptionMethod>)"
      R"(<Device><DeviceId><SerialNo>0950380269</SerialNo></DeviceId>)"
      R"(<Key KeyAlgorithm="x/pskc#hotp" KeyId="1">)"
      R"(<Data Name="SECRET"><Value>25BvamPNK3bBo/xdeu4Dq+HY3VV0zyO2XudPPq2CHU4=</Value></Data>)"
      R"(</Key></Device></KeyContainer>)";
  EXPECT_EQ(seed_of(parse_pskc(Secret::copy_of(text), counting_key(), {})),
            "its secret has no ValueMAC, and the file names a cipher");
}

TEST(PskcEncryption, OpensADraftUnderAPassword) {
  const std::string text =
      R"(<SecretContainer version="1.2"><EncryptionMethod algorithm="PBE-3DES112-CBC">)"
      R"(<PBESalt>AAECAwQFBgc=</PBESalt><PBEIterationCount>999</PBEIterationCount>)"
      R"(</EncryptionMethod><DigestMethod algorithm="HMAC-SHA1"/><Device>)"
      R"(<Secret SecretAlgorithm="HOTP" SecretId="77654321870"><Data Name="SECRET">)"
      R"(<Value>AAECAwQFBgd2mUdrmn1LIL2aZhj4XjPX1Yvifb+ZzUU=</Value>)"
      R"(<ValueDigest>kp6/N5U8zkawbvMTYyXi0IJQ6uI=</ValueDigest></Data></Secret></Device>)"
      R"(</SecretContainer>)";
  EXPECT_EQ(seed_of(parse_pskc(Secret::copy_of(text), password("qwerty"), {})),
            "12345678901234567890");
}

/// What python3-pskc 1.2 (Debian) writes for each cipher, MAC and derivation, one file each.
constexpr const char* kWriter = R"(
import sys
from pskc import PSKC
seed = b'123456789012345678901234'
def write(name, pskc):
    pskc.add_key(id='K1', serial='S1', algorithm='urn:ietf:params:xml:ns:keyprov:pskc:hotp',
                 secret=seed, counter=837830147, response_length=8, response_encoding='DECIMAL')
    pskc.write(sys.argv[1] + '/' + name)
sizes = {'aes128-cbc': 16, 'aes192-cbc': 24, 'aes256-cbc': 32, 'tripledes-cbc': 24,
         'camellia128-cbc': 16, 'camellia192-cbc': 24, 'camellia256-cbc': 32, 'kw-aes128': 16,
         'kw-aes192': 24, 'kw-aes256': 32, 'kw-camellia128': 16, 'kw-camellia192': 24,
         'kw-camellia256': 32, 'kw-tripledes': 24}
for name, size in sizes.items():
    pskc = PSKC()
    fields = ['secret', 'counter'] if name.endswith('cbc') else ['secret']
    pskc.encryption.setup_preshared_key(key=bytes(range(size)), algorithm=name, fields=fields)
    write('key-%d-%s' % (size, name), pskc)
for hash in ('sha1', 'sha224', 'sha256', 'sha384', 'sha512'):
    pskc = PSKC()
    pskc.mac.algorithm = 'hmac-' + hash
    pskc.encryption.setup_pbkdf2('qwerty', iterations=1000, algorithm='aes256-cbc')
    write('password-' + hash, pskc)
)";

TEST(PskcEncryption, OpensWhatPython3PskcWrites) {
  const TemporaryDirectory directory;
  const std::string folder = directory.path().string();
  std::ofstream(folder + "/write.py") << kWriter;
  // By its path: python3 of the PATH need not be Debian's, for which the package is.
  const std::string command =
      "mkdir " + folder + "/out && /usr/bin/python3 " + folder + "/write.py " + folder + "/out";
  ASSERT_EQ(std::system(command.c_str()), 0) << "python3-pskc is missing";
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/out")) {
    const std::string name = entry.path().filename().string();
    std::stringstream content;
    content << std::ifstream(entry.path()).rdbuf();
    FileKey key = password("qwerty");
    if (name.starts_with("key-")) {
      Bytes bytes;
      const auto size = static_cast<std::uint8_t>(std::stoi(name.substr(4, 2)));
      for (std::uint8_t i = 0; i < size; ++i) bytes.push_back(i);
      key = {Secret(std::move(bytes)), {}};
    }
    const auto file = parse_pskc(Secret::copy_of(content.str()), key, {});
    EXPECT_EQ(seed_of(file), "123456789012345678901234") << name;
    if (file && !file->records.empty()) {
      EXPECT_EQ(file->records[0].next, Position(837830147)) << name;
    }
    ++count;
  }
  EXPECT_EQ(count, 19U);
}

}  // namespace
}  // namespace lockstep
