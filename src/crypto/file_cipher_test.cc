// SPDX-License-Identifier: Apache-2.0
#include "crypto/file_cipher.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

Bytes hex(std::string_view text) { return parse_hex(text).value(); }

/// Bytes 0, 1, 2, …
Secret counting_key(std::size_t size) {
  Bytes bytes;
  while (bytes.size() < size) bytes.push_back(static_cast<std::uint8_t>(bytes.size()));
  return Secret(std::move(bytes));
}

std::string opened(const FileCipher& cipher, const Secret& key, std::string_view sealed) {
  const Result<Secret> plain = open_file_text(cipher, key, hex(sealed));
  return plain ? to_hex(plain->reveal()) : plain.error().context;
}

struct Known {
  const char* name;
  FileCipher cipher;
  std::size_t key_bytes;
  const char* sealed;
};

// Sealed by pyca/cryptography 38 (Debian 12), with padding 99 … 99 n as XML Encryption has it,
// under the key 00 01 02 …; the text is the seed of RFC 4226.
constexpr Known kBlocks[] = {
    {"AES-128-CBC",
     {CipherKind::aes_cbc, 16},
     16,
     "a0a1a2a3a4a5a6a7a8a9aaabacadaeafdb906f6a63cd2b76c1a3fc5d7aee03ab101bcfe0da681d43a4364713e9564"
     "3"
     "a4"},
    {"AES-192-CBC",
     {CipherKind::aes_cbc, 24},
     24,
     "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf86d7e1eddfa7364a99124004d99197460949112709cff000adf3f62d223ba"
     "5"
     "c3"},
    {"AES-256-CBC",
     {CipherKind::aes_cbc, 32},
     32,
     "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf913e0ba5a6c1117fc8a0154bf89af5539b4133f8a0fe5811839ef56dbddf9"
     "e"
     "13"},
    {"Camellia-128-CBC",
     {CipherKind::camellia_cbc, 16},
     16,
     "a0a1a2a3a4a5a6a7a8a9aaabacadaeafcf4d25e2e6fe6e145fb682e2696b9016c86951a579ced7e00285adf0b13f1"
     "d"
     "24"},
    {"Camellia-192-CBC",
     {CipherKind::camellia_cbc, 24},
     24,
     "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf79f75f0d73855faf2d9112b73a5c94bbcc121375ada0d4ba1064ff4dbf6e3"
     "8"
     "35"},
    {"Camellia-256-CBC",
     {CipherKind::camellia_cbc, 32},
     32,
     "a0a1a2a3a4a5a6a7a8a9aaabacadaeafadd6be31957d65266f7c8b9a848ad37d15dfca0ed13ae88b4f3debef0012d"
     "7"
     "26"},
    {"triple DES",
     {CipherKind::tripledes_cbc, 24},
     24,
     "a0a1a2a3a4a5a6a7afb26b34236b8c591ae7f3e26e730b5b142472c63caa3240"},
    {"triple DES of two keys",
     {CipherKind::tripledes_cbc, 24},
     16,
     "a0a1a2a3a4a5a6a765fc87eb84753e28b809efcf1f9e8929cf155cb98503398f"},
    {"AES-192-GCM",
     {CipherKind::aes_gcm, 24},
     24,
     "000000000000000000000000ea3121bf827b1314ba727314c4fe10f0ac4aa79550f882e4f46bc20507212c62e3497"
     "f"
     "dd"},
};

TEST(FileCipher, OpensWhatAnotherProgramSealed) {
  for (const Known& known : kBlocks) {
    EXPECT_EQ(opened(known.cipher, counting_key(known.key_bytes), known.sealed),
              "3132333435363738393031323334353637383930")
        << known.name;
  }
}

TEST(FileCipher, UnwrapsTheKeysOfTheRfcs) {
  // RFC 3394 section 4.1 and 4.6.
  EXPECT_EQ(opened({CipherKind::aes_wrap, 16}, counting_key(16),
                   "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
            "00112233445566778899aabbccddeeff");
  EXPECT_EQ(
      opened({CipherKind::aes_wrap, 32}, counting_key(32),
             "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"),
      "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
  // RFC 3217 section 4.4.
  EXPECT_EQ(
      opened({CipherKind::tripledes_wrap, 24},
             Secret(hex("255e0d1c07b646dfb3134cc843ba8aa71f025b7c0838251f")),
             "690107618ef092b3b48ca1796b234ae9fa33ebb4159604037db5d6a84eb3aac2768c632775a467d4"),
      "2923bf85e06dd6ae529149f1f1bae9eab3a7da3d860d3e98");
  // Wrapped by python3-pskc 1.2: no RFC has an example with Camellia.
  EXPECT_EQ(opened({CipherKind::camellia_wrap, 16}, counting_key(16),
                   "635d6ac46eedebd3a7f4a06421a4cbd1746b24795ba2f708"),
            "00112233445566778899aabbccddeeff");
  EXPECT_EQ(opened({CipherKind::camellia_wrap, 24}, counting_key(24),
                   "fe8f5c4e2164cdfe36233c9f898f93df6e6f1d892d187742"),
            "00112233445566778899aabbccddeeff");
  EXPECT_EQ(opened({CipherKind::camellia_wrap, 32}, counting_key(32),
                   "b43e6793ee3b35b7698253b26bad0ca2d5e7793c6f5ddd48"),
            "00112233445566778899aabbccddeeff");
}

constexpr Known kWrapped[] = {
    {"AES-192-GCM", {CipherKind::aes_gcm, 24}, 24, kBlocks[8].sealed},
    {"AES key wrap",
     {CipherKind::aes_wrap, 16},
     16,
     "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
    {"Camellia key wrap",
     {CipherKind::camellia_wrap, 16},
     16,
     "635d6ac46eedebd3a7f4a06421a4cbd1746b24795ba2f708"},
};

TEST(FileCipher, NoticesEveryChangedByteWhereItAuthenticates) {
  for (const Known& known : kWrapped) {
    ASSERT_TRUE(authenticates(known.cipher.kind)) << known.name;
    const Bytes right = hex(known.sealed);
    for (std::size_t i = 0; i < right.size(); ++i) {
      Bytes changed = right;
      changed[i] ^= 1;
      const auto plain = open_file_text(known.cipher, counting_key(known.key_bytes), changed);
      ASSERT_FALSE(plain.has_value()) << known.name << " byte " << i;
      EXPECT_EQ(plain.error().code, Errc::corrupt) << known.name;
    }
  }
  EXPECT_TRUE(authenticates(CipherKind::tripledes_wrap));
  EXPECT_FALSE(authenticates(CipherKind::aes_cbc));
  EXPECT_FALSE(authenticates(CipherKind::camellia_cbc));
  EXPECT_FALSE(authenticates(CipherKind::tripledes_cbc));
}

TEST(FileCipher, RefusesTextsOfImpossibleLengthAndKeysThatDoNotFit) {
  for (const CipherKind kind :
       {CipherKind::aes_cbc, CipherKind::camellia_cbc, CipherKind::tripledes_cbc,
        CipherKind::aes_gcm, CipherKind::aes_wrap, CipherKind::camellia_wrap,
        CipherKind::tripledes_wrap}) {
    const bool tripledes = kind == CipherKind::tripledes_cbc || kind == CipherKind::tripledes_wrap;
    const FileCipher cipher{kind, tripledes ? 24U : 16U};
    for (const std::size_t size : {0U, 1U, 7U, 8U, 12U, 15U, 27U, 33U}) {
      const auto plain = open_file_text(cipher, counting_key(cipher.key_bytes), Bytes(size));
      ASSERT_FALSE(plain.has_value()) << size;
      EXPECT_EQ(plain.error().code, Errc::corrupt) << size;
    }
    for (const std::size_t size : {0U, 8U, 20U, 32U}) {
      const auto plain = open_file_text(cipher, counting_key(size), Bytes(48));
      ASSERT_FALSE(plain.has_value()) << size;
      EXPECT_EQ(plain.error().code, Errc::invalid_input) << size;
    }
  }
}

TEST(FileCipher, APaddingLongerThanABlockIsCorrupt) {
  // The first block of the text alone ends in the byte "6" of the seed: no length of a padding.
  const Bytes whole = hex(kBlocks[0].sealed);
  const auto plain = open_file_text(kBlocks[0].cipher, counting_key(16), ByteView(whole).first(32));
  ASSERT_FALSE(plain.has_value());
  EXPECT_EQ(plain.error().code, Errc::corrupt);
}

}  // namespace
}  // namespace lockstep
