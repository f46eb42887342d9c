// SPDX-License-Identifier: Apache-2.0
#include "crypto/envelope.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/hex.h"
#include "crypto/aead.h"

namespace lockstep {
namespace {

constexpr SealContext kSeedOfSeven{.purpose = 1, .id = 7};

/// 1, 2, 3, …, so that an envelope can be told in advance.
class CountingRandom {
 public:
  void operator()(std::span<std::uint8_t> out) {
    for (std::uint8_t& byte : out) byte = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

class Envelope : public ::testing::Test {
 protected:
  const Secret kek_{Bytes(kAeadKeyBytes, 0x11)};
  const Secret other_kek_{Bytes(kAeadKeyBytes, 0x12)};

  Bytes sealed(std::string_view text) const {
    return seal_envelope(kek_, kSeedOfSeven, Secret::copy_of(text), CountingRandom()).value();
  }

  static void expect_seed(const Result<Secret>& opened) {
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::ranges::equal(opened->reveal(), bytes_of("seed")));
  }

  static void expect_corrupt(const Result<Secret>& opened) {
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::corrupt);
  }
};

TEST_F(Envelope, OpensAsWhatItWasSealedFor) {
  for (const std::string_view text : {"", "s", "twenty bytes of seed"}) {
    const auto opened = open_envelope(kek_, kSeedOfSeven, sealed(text));
    ASSERT_TRUE(opened) << text.size();
    EXPECT_TRUE(std::ranges::equal(opened->reveal(), bytes_of(text))) << text.size();
  }
}

// The layout of envelope.h, byte by byte: what is in a store today must open tomorrow. Computed
// with Python's `cryptography` (AESGCM) and `hmac` from the description in that header.
TEST_F(Envelope, HasTheDocumentedBytes) {
  EXPECT_EQ(to_hex(sealed("seed")),
            "024e7a20d3f3b0f1612122232425262728292a2b2c78cebf48e3a4870973fc23e5c6a98b9426249a"
            "90349b01cee6ff2037ad951e990784b8d9f2185f3db91130f2fa1a58592d2e2f3031323334353637"
            "3816d5da12d0caa5918dc8cd7847f195692840a95f");
}

// From the same program.
TEST_F(Envelope, VersionOneOpensAndIsWrappedAnewAsVersionTwo) {
  const Bytes first =
      parse_hex(
          "014e7a20d3f3b0f1612122232425262728292a2b2c78cebf48e3a4870973fc23e5c6a98b9426249a"
          "90349b01cee6ff2037ad951e997e84568b5feb67d26642b662709547e42d2e2f3031323334353637"
          "3816d5da127a449e9549c1f3d38d7f9d56451a942d")
          .value();
  expect_seed(open_envelope(kek_, kSeedOfSeven, first));
  const Bytes anew =
      rewrap_envelope({kek_, other_kek_}, kSeedOfSeven, first, CountingRandom()).value();
  EXPECT_EQ(anew.front(), 2);
  expect_seed(open_envelope(other_kek_, kSeedOfSeven, anew));
}

TEST_F(Envelope, WrappedAnewHasTheDocumentedBytes) {
  const Bytes anew =
      rewrap_envelope({kek_, other_kek_}, kSeedOfSeven, sealed("seed"), CountingRandom()).value();
  EXPECT_EQ(to_hex(anew),
            "0211897f78c07491a30102030405060708090a0b0c0fb4d7cc8096f060ca226154cbd8818fedd85f"
            "1e0e5ede5e89d92c9bfe49da403078b755814b24c937c5eaadb49ed4472d2e2f3031323334353637"
            "3816d5da12d0caa5918dc8cd7847f195692840a95f");
  expect_seed(open_envelope(other_kek_, kSeedOfSeven, anew));
  expect_corrupt(open_envelope(kek_, kSeedOfSeven, anew));
}

TEST_F(Envelope, OnlyWhatOpensIsWrappedAnew) {
  const Bytes envelope = sealed("seed");
  const auto rewrap = [&](const KeyChange& keys, SealContext context, ByteView from) {
    const auto result = rewrap_envelope(keys, context, from, CountingRandom());
    return result ? Errc::conflict : result.error().code;
  };
  EXPECT_EQ(rewrap({other_kek_, kek_}, kSeedOfSeven, envelope), Errc::corrupt);
  EXPECT_EQ(rewrap({kek_, other_kek_}, {.purpose = 1, .id = 8}, envelope), Errc::corrupt);
  for (std::size_t byte = 0; byte < envelope.size() - 36; ++byte) {
    Bytes damaged = envelope;
    damaged[byte] ^= 1U;
    EXPECT_EQ(rewrap({kek_, other_kek_}, kSeedOfSeven, damaged), Errc::corrupt) << byte;
  }
}

TEST_F(Envelope, NamesItsKey) {
  const Bytes envelope = sealed("seed");
  const EnvelopeKeyId id = key_id_of(kek_);
  EXPECT_TRUE(std::equal(id.begin(), id.end(), envelope.begin() + 1));
  EXPECT_NE(id, key_id_of(other_kek_));
}

TEST_F(Envelope, DoesNotHoldTheSecretInClear) {
  const Bytes envelope = sealed("twenty bytes of seed");
  const ByteView clear = bytes_of("twenty bytes of seed");
  EXPECT_TRUE(std::ranges::search(envelope, clear).empty());
}

TEST_F(Envelope, TheSameSecretSealedTwiceHasNothingInCommonButTheHead) {
  CountingRandom random;
  const FillRandom fill = [&random](std::span<std::uint8_t> out) { random(out); };
  const Secret secret = Secret::copy_of("twenty bytes of seed");
  const Bytes one = seal_envelope(kek_, kSeedOfSeven, secret, fill).value();
  const Bytes other = seal_envelope(kek_, kSeedOfSeven, secret, fill).value();
  ASSERT_EQ(one.size(), other.size());
  EXPECT_TRUE(std::equal(one.begin(), one.begin() + 9, other.begin()));
  EXPECT_NE(Bytes(one.end() - 36, one.end()), Bytes(other.end() - 36, other.end()));
}

TEST_F(Envelope, DoesNotOpenAsAnythingElse) {
  const Bytes envelope = sealed("seed");
  expect_corrupt(open_envelope(kek_, {.purpose = 2, .id = 7}, envelope));
  expect_corrupt(open_envelope(kek_, {.purpose = 1, .id = 8}, envelope));
  expect_corrupt(open_envelope(kek_, {.purpose = 1, .id = std::uint64_t{7} << 56U}, envelope));
}

TEST_F(Envelope, SaysThatItBelongsToAnotherKey) {
  const auto opened = open_envelope(other_kek_, kSeedOfSeven, sealed("seed"));
  expect_corrupt(opened);
  EXPECT_NE(opened.error().context.find("another key"), std::string::npos);
}

TEST_F(Envelope, AnyFlippedBitIsNoticed) {
  const Bytes envelope = sealed("seed");
  for (std::size_t bit = 0; bit < envelope.size() * 8; ++bit) {
    Bytes damaged = envelope;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
    expect_corrupt(open_envelope(kek_, kSeedOfSeven, damaged));
  }
}

TEST_F(Envelope, AnyCutIsNoticed) {
  const Bytes envelope = sealed("seed");
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    expect_corrupt(open_envelope(kek_, kSeedOfSeven, ByteView(envelope).first(size)));
  }
}

TEST_F(Envelope, TheBodyOfOneDoesNotGoIntoAnother) {
  Bytes mixed = sealed("seed of seven");
  const Bytes other = seal_envelope(kek_, {.purpose = 1, .id = 8}, Secret::copy_of("seed of eight"),
                                    CountingRandom())
                          .value();
  std::copy(other.end() - 41, other.end(), mixed.end() - 41);  // nonce, text and tag
  expect_corrupt(open_envelope(kek_, kSeedOfSeven, mixed));
}

TEST_F(Envelope, AKeyOfAnotherLengthIsRefused) {
  const Secret short_kek(Bytes(16, 0x11));
  const auto result = seal_envelope(short_kek, kSeedOfSeven, Secret(), CountingRandom());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
