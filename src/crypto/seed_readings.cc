// SPDX-License-Identifier: Apache-2.0
#include "crypto/seed_readings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <sodium.h>

#include "base/base32.h"
#include "base/hex.h"
#include "crypto/digest.h"

namespace lockstep {
namespace {

constexpr std::size_t kSeedBytesMin = 10;
constexpr std::size_t kSeedBytesMax = 128;

Result<Bytes> parse_base64(std::string_view text) {
  Bytes bytes(text.size());
  std::size_t size = 0;
  const char* end = nullptr;
  const int done = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr,
                                     &size, &end, sodium_base64_VARIANT_ORIGINAL);
  const bool whole = done == 0 && end == text.data() + text.size();
  if (!whole) {
    wipe(bytes);
    return fail(Errc::invalid_input, "not base64");
  }
  bytes.resize(size);
  return bytes;
}

std::string to_base64(ByteView bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // The length counts the NUL.
  return text;
}

std::string to_upper_hex(ByteView bytes) {
  std::string text = to_hex(bytes);
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string to_ascii(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

Result<Bytes> parse_ascii(std::string_view text) {
  const ByteView bytes = bytes_of(text);
  return Bytes(bytes.begin(), bytes.end());
}

/// A way of writing bytes as text, and the way back.
struct Alphabet {
  std::string_view name;
  std::string (*print)(ByteView);
  Result<Bytes> (*parse)(std::string_view);
};

constexpr std::array kAlphabets = {
    Alphabet{"ascii", to_ascii, parse_ascii},    Alphabet{"hex", to_hex, parse_hex},
    Alphabet{"hex", to_upper_hex, parse_hex},    Alphabet{"base32", to_base32, parse_base32},
    Alphabet{"base64", to_base64, parse_base64},
};

bool is_new(const std::vector<SeedReading>& readings, const Secret& seed, ByteView bytes) {
  const auto same = [bytes](const Secret& other) {
    return constant_time_equal(other.reveal(), bytes);
  };
  return !same(seed) && std::ranges::none_of(readings, same, &SeedReading::seed);
}

}  // namespace

std::vector<SeedReading> seed_readings(const Secret& seed) {
  std::vector<SeedReading> readings;
  if (seed.empty()) return readings;
  for (const Alphabet& read_as : kAlphabets) {
    std::string text = read_as.print(seed.reveal());
    for (const Alphabet& meant_as : kAlphabets) {
      Result<Bytes> bytes = meant_as.parse(text);
      if (!bytes) continue;
      Secret other(*std::move(bytes));
      const bool usable = other.size() >= kSeedBytesMin && other.size() <= kSeedBytesMax;
      if (!usable || !is_new(readings, seed, other.reveal())) continue;
      std::string name = std::string(meant_as.name) + " read as " + std::string(read_as.name);
      readings.push_back({std::move(name), std::move(other)});
    }
    sodium_memzero(text.data(), text.size());
  }
  return readings;
}

}  // namespace lockstep
