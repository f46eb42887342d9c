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

Result<std::vector<SeedRecord>> parse(const std::string& text, const PskcLimits& limits = {}) {
  return parse_pskc(Secret::copy_of(text), limits);
}

std::string seed_of(const SeedRecord& record) {
  const ByteView bytes = record.seed.reveal();
  return {bytes.begin(), bytes.end()};
}

TEST(Pskc, ReadsAnEventTokenWithAllItSays) {
  const auto records = parse(File().text());
  ASSERT_TRUE(records.has_value()) << records.error().context;
  ASSERT_EQ(records->size(), 1U);
  const SeedRecord& one = records->front();
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
  const auto records = parse(file.text());
  ASSERT_TRUE(records.has_value()) << records.error().context;
  const SeedRecord& one = records->front();
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
    const auto records = parse(text);
    ASSERT_TRUE(records.has_value()) << what << ": " << records.error().context;
    EXPECT_EQ(seed_of(records->front()), "12345678901234567890") << what;
    EXPECT_EQ(records->front().next, Position(42)) << what;
  }
  EXPECT_EQ(parse(without_serial.text())->front().serial.text(), "KEY-1");
}

/// A file with one part changed is refused as a whole, and the error names the key.
void expect_refused(std::string_view what, std::string File::* part, std::string text) {
  File file;
  file.*part = std::move(text);
  const auto records = parse(file.text());
  ASSERT_FALSE(records.has_value()) << what;
  EXPECT_EQ(records.error().code, Errc::invalid_input) << what;
  EXPECT_NE(records.error().context.find("key 1 (987654321)"), std::string::npos)
      << what << ": " << records.error().context;
}

TEST(Pskc, RefusesWhatItCannotKeepAndNamesTheKey) {
  expect_refused("encrypted secret", &File::secret, "<EncryptedValue>x</EncryptedValue>");
  expect_refused("encrypted counter", &File::data,
                 "<Counter><EncryptedValue>x</EncryptedValue></Counter>");
  expect_refused("no secret", &File::secret, "");
  expect_refused("no base64", &File::secret, "<PlainValue>!!!</PlainValue>");
  expect_refused("a short secret", &File::secret, "<PlainValue>MTIz</PlainValue>");
  expect_refused("another kind", &File::algorithm, "urn:x:pskc:ocra");
  expect_refused("no kind", &File::algorithm, "");
  expect_refused("an unknown hash", &File::parameters, "<Suite>HMAC-MD5</Suite>");
  expect_refused("hex codes", &File::parameters,
                 R"(<ResponseFormat Length="6" Encoding="HEXADECIMAL"/>)");
  expect_refused("too many digits", &File::parameters,
                 R"(<ResponseFormat Length="11" Encoding="DECIMAL"/>)");
  expect_refused("a counter of letters", &File::data,
                 "<Counter><PlainValue>x</PlainValue></Counter>");
  expect_refused("an unknown policy", &File::policy, "<Policy><PINPolicy/></Policy>");
  expect_refused("not for OTP", &File::policy, "<Policy><KeyUsage>Encrypt</KeyUsage></Policy>");
  expect_refused("no date", &File::policy, "<Policy><StartDate>soon</StartDate></Policy>");
}

TEST(Pskc, RefusesADoctypeWhateverItHolds) {
  for (const char* doctype :
       {"<!DOCTYPE KeyContainer>", "<!DOCTYPE KeyContainer [<!ENTITY x \"y\">]>",
        "<!DOCTYPE KeyContainer [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"}) {
    File file;
    file.before = doctype;
    const auto records = parse(file.text());
    ASSERT_FALSE(records.has_value()) << doctype;
    EXPECT_NE(records.error().context.find("DOCTYPE"), std::string::npos);
  }
}

TEST(Pskc, RefusesWhatIsNoContainerAndWhatIsTooMuch) {
  EXPECT_FALSE(parse("").has_value());
  EXPECT_FALSE(parse("<KeyContainer>").has_value());
  EXPECT_FALSE(parse("<KeyContainer/>").has_value());
  EXPECT_FALSE(parse("<Other/>").has_value());
  const std::string text = File().text();
  EXPECT_FALSE(parse(text, {.bytes_max = text.size() - 1}).has_value());
  EXPECT_FALSE(parse(text, {.keys_max = 0}).has_value());
  EXPECT_FALSE(parse(text, {.depth_max = 3}).has_value());
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
  const auto records = parse(written);
  ASSERT_TRUE(records.has_value()) << records.error().context;
  EXPECT_EQ(seed_of(records->front()), "12345678901234567890");
  EXPECT_EQ(records->front().next, Position(42));
  EXPECT_NE(read.find("SerialNo: " + records->front().serial.text()), std::string::npos) << read;
  EXPECT_NE(read.find("Key Counter: 42"), std::string::npos) << read;
}

}  // namespace
}  // namespace lockstep
