// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc.h"

#include <array>
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "base/handle.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

/// The parts of a file that the cases below change one at a time.
struct File {
  std::string before;  // the root
  std::string algorithm = "urn:ietf:params:xml:ns:keyprov:pskc:hotp";
  std::string parameters = R"(<ResponseFormat Length="8" Encoding="DECIMAL"/>)";
  std::string secret = "<PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue>";
  std::string data = "<Counter><PlainValue>42</PlainValue></Counter>";
  std::string policy;
  std::string device =
      "<DeviceInfo><Manufacturer>Maker</Manufacturer><SerialNo>987654321</SerialNo>"
      "<Model>M1</Model></DeviceInfo>";

  [[nodiscard]] std::string text() const {
    return R"(<?xml version="1.0" encoding="UTF-8"?>)" + before +
           R"(<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">)"
           "<KeyPackage>" +
           device + R"(<Key Id="key-1" Algorithm=")" + algorithm +
           R"("><Issuer>Issuer</Issuer><AlgorithmParameters>)" + parameters +
           "</AlgorithmParameters><Data><Secret>" + secret + "</Secret>" + data + "</Data>" +
           policy + "</Key></KeyPackage></KeyContainer>";
  }
};

Result<SeedFile> parse(const std::string& text, const SeedFileLimits& limits = {}) {
  return parse_pskc(Secret::copy_of(text), {}, limits);
}

/// What is read of a file that is taken as a whole.
std::vector<SeedRecord> records_of(const std::string& text) {
  Result<SeedFile> file = parse(text);
  if (!file) {
    ADD_FAILURE() << file.error().context;
    return {};
  }
  for (const RejectedSeed& one : file->rejected) ADD_FAILURE() << one.line << ": " << one.why;
  return std::move(file->records);
}

std::string seed_of(const SeedRecord& record) {
  const ByteView bytes = record.seed.reveal();
  return {bytes.begin(), bytes.end()};
}

TEST(Pskc, ReadsAnEventTokenWithAllItSays) {
  const auto records = records_of(File().text());
  ASSERT_EQ(records.size(), 1U);
  const SeedRecord& one = records.front();
  EXPECT_EQ(one.serial.text(), "987654321");
  EXPECT_EQ(one.model, "Maker M1");
  EXPECT_EQ(one.spec.kind, TokenKind::hotp);
  EXPECT_EQ(one.spec.digits, Digits::eight());
  EXPECT_EQ(one.next, Position(42));
  EXPECT_EQ(seed_of(one), "12345678901234567890");
}

TEST(Pskc, ReadsATimeTokenWithIntervalDriftHashAndDates) {
  File file;
  file.algorithm = "urn:ietf:params:xml:ns:keyprov:pskc:totp";
  file.parameters = R"(<Suite>HMAC-SHA256</Suite><ResponseFormat Length="6" Encoding="DECIMAL"/>)";
  file.data =
      "<TimeInterval><PlainValue>60</PlainValue></TimeInterval>"
      "<TimeDrift><PlainValue>-4</PlainValue></TimeDrift>";
  file.policy =
      "<Policy><StartDate>2026-01-01T00:00:00Z</StartDate>"
      "<ExpiryDate>2031-01-01T00:00:00Z</ExpiryDate><KeyUsage>OTP</KeyUsage></Policy>";
  const auto records = records_of(file.text());
  ASSERT_EQ(records.size(), 1U);
  const SeedRecord& one = records.front();
  EXPECT_EQ(one.spec.kind, TokenKind::totp);
  EXPECT_EQ(one.spec.hash, HashAlgorithm::sha256);
  EXPECT_EQ(one.spec.step, Seconds(60));
  EXPECT_EQ(one.offset, Micros(-240'000'000));
  EXPECT_EQ(to_rfc3339(one.valid_from.value()), "2026-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(one.valid_until.value()), "2031-01-01T00:00:00Z");
}

TEST(Pskc, TakesFilesAsMakersWriteThem) {
  std::string prefixed = File().text();
  for (std::size_t at = prefixed.find('<', 1); at != std::string::npos;
       at = prefixed.find('<', at + 1)) {
    prefixed.insert(at + (prefixed[at + 1] == '/' ? 2 : 1), "pskc:");
  }
  File without_serial;
  without_serial.device.clear();
  File draft;
  draft.algorithm = "http://www.ietf.org/keyprov/pskc#hotp";
  File broken_lines;
  broken_lines.secret = "<PlainValue>\r\n  MTIzNDU2Nzg5MDEy\r\n  MzQ1Njc4OTA=\r\n</PlainValue>";
  File indented;
  indented.data = "<Counter>\n\t<PlainValue>\r\n\t42\r\n</PlainValue></Counter>";
  const std::pair<const char*, std::string> cases[] = {
      {"indentation", indented.text()},
      {"prefixes", prefixed},
      {"no serial", without_serial.text()},
      {"a draft's URI", draft.text()},
      {"a byte order mark", "\xEF\xBB\xBF" + File().text()},
      {"line breaks", broken_lines.text()},
  };
  for (const auto& [what, text] : cases) {
    const auto records = records_of(text);
    ASSERT_EQ(records.size(), 1U) << what;
    EXPECT_EQ(seed_of(records.front()), "12345678901234567890") << what;
    EXPECT_EQ(records.front().next, Position(42)) << what;
  }
  EXPECT_EQ(records_of(without_serial.text()).front().serial.text(), "KEY-1");
}

/// A key with one part changed is rejected by its number and serial.
void expect_rejected(std::string_view what, std::string File::* part, std::string text) {
  File file;
  file.*part = std::move(text);
  const auto read = parse(file.text());
  ASSERT_TRUE(read.has_value()) << what << ": " << read.error().context;
  EXPECT_TRUE(read->records.empty()) << what;
  ASSERT_EQ(read->rejected.size(), 1U) << what;
  EXPECT_EQ(read->rejected[0].line, 1U) << what;
  EXPECT_EQ(read->rejected[0].serial, "987654321") << what;
  EXPECT_FALSE(read->rejected[0].why.empty()) << what;
}

TEST(Pskc, RejectsAKeyThatItCannotKeepAndNamesIt) {
  expect_rejected("no secret", &File::secret, "");
  expect_rejected("no base64", &File::secret, "<PlainValue>!!!</PlainValue>");
  expect_rejected("a short secret", &File::secret, "<PlainValue>MTIz</PlainValue>");
  expect_rejected("another kind", &File::algorithm, "urn:x:pskc:ocra");
  expect_rejected("no kind", &File::algorithm, "");
  expect_rejected("an unknown hash", &File::parameters, "<Suite>HMAC-MD5</Suite>");
  expect_rejected("hex codes", &File::parameters,
                  R"(<ResponseFormat Length="6" Encoding="HEXADECIMAL"/>)");
  expect_rejected("too many digits", &File::parameters,
                  R"(<ResponseFormat Length="11" Encoding="DECIMAL"/>)");
  expect_rejected("a counter of letters", &File::data,
                  "<Counter><PlainValue>x</PlainValue></Counter>");
  expect_rejected("a negative counter", &File::data,
                  "<Counter><PlainValue>-1</PlainValue></Counter>");
  expect_rejected("a counter beyond 2^63", &File::data,
                  "<Counter><PlainValue>9223372036854775808</PlainValue></Counter>");
  expect_rejected("a challenge", &File::parameters, "<ChallengeFormat Encoding=\"DECIMAL\"/>");
  expect_rejected("an unknown policy", &File::policy, "<Policy><Weekdays/></Policy>");
  expect_rejected("a number of uses", &File::policy,
                  "<Policy><NumberOfTransactions>9</NumberOfTransactions></Policy>");
  expect_rejected("a PIN in front of the code", &File::policy,
                  R"(<Policy><PINPolicy PINUsageMode="Prepend"/></Policy>)");
  expect_rejected("an unknown rule for the PIN", &File::policy,
                  R"(<Policy><PINPolicy PINUsageMode="Local" Weekdays="1"/></Policy>)");
  expect_rejected("not for OTP", &File::policy, "<Policy><KeyUsage>Encrypt</KeyUsage></Policy>");
  expect_rejected("no date", &File::policy, "<Policy><StartDate>soon</StartDate></Policy>");
}

TEST(Pskc, ADriftIsAWeekAtMostAndNoMoreStepsThanThatHas) {
  const auto is_taken = [](const std::string& interval, const std::string& drift) {
    File file;
    file.algorithm = "urn:ietf:params:xml:ns:keyprov:pskc:totp";
    file.data = "<TimeInterval><PlainValue>" + interval + "</PlainValue></TimeInterval>" +
                "<TimeDrift><PlainValue>" + drift + "</PlainValue></TimeDrift>";
    const auto read = parse(file.text());
    return read && read->rejected.empty();
  };
  EXPECT_TRUE(is_taken("30", "20160"));
  EXPECT_TRUE(is_taken("30", "-20160"));
  EXPECT_FALSE(is_taken("30", "20161"));
  EXPECT_FALSE(is_taken("30", "-20161"));
  EXPECT_TRUE(is_taken("60", "10080"));
  EXPECT_FALSE(is_taken("60", "10081"));
  EXPECT_FALSE(is_taken("1", "20161")) << "less than six hours, but as many codes";
  EXPECT_FALSE(is_taken("86400", "-9223372036854775808"));
}

TEST(Pskc, TheGoodKeysOfAFileAreKeptAndTheOthersNamedByTheirNumber) {
  File bad;
  bad.secret.clear();
  const std::string good = File().text();
  const auto package_of = [](const std::string& text) {
    const std::size_t start = text.find("<KeyPackage>");
    return text.substr(start, text.find("</KeyContainer>") - start);
  };
  std::string text = good;
  text.insert(text.find("</KeyContainer>"), package_of(bad.text()) + package_of(good));
  const auto read = parse(text);
  ASSERT_TRUE(read.has_value()) << read.error().context;
  ASSERT_EQ(read->records.size(), 2U);
  EXPECT_EQ(read->records[1].line, 3U);
  ASSERT_EQ(read->rejected.size(), 1U);
  EXPECT_EQ(read->rejected[0].line, 2U);
  EXPECT_EQ(read->rejected[0].why, "it has no secret");
}

TEST(Pskc, ReadsNumbersPlainAndInBase64OfTextAndOfBytes) {
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"831791", 831791},          // decimal
      {"NzA5Nzkx", 709791},        // base64 of decimal text
      {"AAYxSg==", 405834},        // base64 of big-endian bytes
      {"AAAAADHwRgM=", 837830147}  // eight of them
  };
  for (const auto& [text, number] : cases) {
    File file;
    file.data = "<Counter><PlainValue>" + std::string(text) + "</PlainValue></Counter>";
    EXPECT_EQ(records_of(file.text()).at(0).next, Position(number)) << text;
  }
}

TEST(Pskc, APinKeyIsNoTokenAndAPinThatTheDeviceAsksForConcernsNobodyElse) {
  File file;
  file.policy =
      R"(<Policy><PINPolicy MinLength="4" MaxLength="4" PINKeyId="p1" PINEncoding="DECIMAL" )"
      R"(PINUsageMode="Local"/><KeyUsage>OTP</KeyUsage></Policy>)";
  std::string text = file.text();
  text.insert(text.find("</KeyPackage>"),
              R"(<Key Id="p1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:pin"><Data>)"
              "<Secret><PlainValue>MTIzNA==</PlainValue></Secret></Data></Key>");
  EXPECT_EQ(records_of(text).size(), 1U);
}

TEST(Pskc, ReadsTheNamesOfTheDrafts) {
  const auto records = records_of(
      R"(<SecretContainer version="1.2"><Device><DeviceId><Manufacturer>Maker</Manufacturer>)"
      R"(<SerialNo>98765432187</SerialNo></DeviceId><Secret SecretAlgorithm="HOTP" SecretId="7">)"
      R"(<Usage otp="true"><ResponseFormat format="DECIMAL" length="8"/></Usage>)"
      R"(<Data Name="SECRET"><Value>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</Value></Data>)"
      R"(<Data Name="COUNTER"><Value>AAAAADHwRgM=</Value></Data></Secret></Device>)"
      R"(<Device><Key KeyAlgorithm="urn:ietf:params:xml:ns:keyprov:pskc#totp" KeyId="T1">)"
      R"(<Usage OTP="true"><ResponseFormat Format="DECIMAL" Length="6"/></Usage>)"
      R"(<Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret>)"
      R"(<TimeInterval><PlainValue>60</PlainValue></TimeInterval></Data>)"
      R"(<ExpiryDate>2031-01-01T00:00:00Z</ExpiryDate></Key></Device></SecretContainer>)");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].serial.text(), "98765432187");
  EXPECT_EQ(records[0].spec.digits, Digits::eight());
  EXPECT_EQ(records[0].next, Position(837830147));
  EXPECT_EQ(records[1].serial.text(), "T1");
  EXPECT_EQ(records[1].spec.step, Seconds(60));
  EXPECT_EQ(to_rfc3339(records[1].valid_until.value()), "2031-01-01T00:00:00Z");
}

TEST(Pskc, ReportsHoldNothingThatIsNoPlainText) {
  File file;
  file.device =
      "<DeviceInfo><SerialNo>\xC3\x84\x01" + std::string(200, 'x') + "</SerialNo></DeviceInfo>";
  const auto read = parse(file.text());
  ASSERT_TRUE(read.has_value()) << read.error().context;
  ASSERT_EQ(read->rejected.size(), 1U);
  EXPECT_EQ(read->rejected[0].serial, "???" + std::string(61, 'x'));
}

TEST(Pskc, RefusesADoctypeWhateverItHolds) {
  for (const char* doctype :
       {"<!DOCTYPE KeyContainer>", "<!DOCTYPE KeyContainer [<!ENTITY x \"y\">]>",
        "<!DOCTYPE KeyContainer [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"}) {
    File file;
    file.before = doctype;
    const auto read = parse(file.text());
    ASSERT_FALSE(read.has_value()) << doctype;
    EXPECT_NE(read.error().context.find("DOCTYPE"), std::string::npos);
  }
}

TEST(Pskc, RefusesWhatIsNoContainerAndWhatIsTooMuch) {
  EXPECT_FALSE(parse("").has_value());
  EXPECT_FALSE(parse("<KeyContainer>").has_value());
  EXPECT_FALSE(parse("<KeyContainer/>").has_value());
  EXPECT_FALSE(parse("<Other/>").has_value());
  const std::string text = File().text();
  EXPECT_FALSE(parse(text, {.bytes_max = text.size() - 1}).has_value());
  EXPECT_FALSE(parse(text, {.tokens_max = 0}).has_value());
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse("<KeyContainer>" + deep).has_value());
}

/// What `command` prints.
std::string run(const std::string& command) {
  const Handle<FILE, pclose> pipe(popen(command.c_str(), "r"));
  if (!pipe) return {};
  std::string out;
  std::array<char, 4096> chunk{};
  while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe.get())) {
    out.append(chunk.data(), size);
  }
  return out;
}

// pskctool (OATH Toolkit) writes files only when it signs them: what it read, in its own form, with
// a signature in the container. So it is the independent writer here.
TEST(Pskc, ReadsAFileWrittenByPskctool) {
  const TemporaryDirectory directory;
  const std::string folder = directory.path().string();
  std::ofstream(folder + "/plain.xml") << File().text();
  run("cd " + folder +
      " && openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=test -keyout key.pem -out crt.pem"
      " 2>&1");
  const std::string written = run("cd " + folder +
                                  " && pskctool --sign --sign-key=key.pem --sign-crt=crt.pem "
                                  "plain.xml 2>&1");
  const std::string read = run("cd " + folder + " && pskctool --info plain.xml 2>&1");
  ASSERT_NE(written.find("Signature"), std::string::npos) << written;
  const auto file = parse(written);
  ASSERT_TRUE(file.has_value()) << file.error().context;
  ASSERT_EQ(file->records.size(), 1U);
  EXPECT_EQ(seed_of(file->records[0]), "12345678901234567890");
  EXPECT_EQ(file->records[0].next, Position(42));
  ASSERT_EQ(file->notes.size(), 1U);
  EXPECT_NE(file->notes[0].find("signature was not checked"), std::string::npos);
  EXPECT_NE(read.find("SerialNo: " + file->records[0].serial.text()), std::string::npos) << read;
  EXPECT_NE(read.find("Key Counter: 42"), std::string::npos) << read;
}

}  // namespace
}  // namespace lockstep
