// SPDX-License-Identifier: Apache-2.0
#include "formats/seed_text.h"

#include <algorithm>

#include "base/base32.h"
#include "base/hex.h"
#include "base/text.h"

namespace lockstep {

namespace {

constexpr std::size_t kPinCharactersMin = 4;
constexpr std::size_t kPinCharactersMax = 16;
constexpr std::size_t kPasswordBytesMin = 8;
constexpr std::size_t kPasswordBytesMax = 256;
constexpr std::int64_t kOperatorPasswordCharactersMin = 12;

constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kNumbersEach = 5;  // code, digits, wall, mono, run
constexpr std::size_t kPackedCodeBytes = kNumberBytes * kNumbersEach;

void put(Bytes& out, std::uint64_t number) {
  for (unsigned shift = 64; shift > 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(number >> (shift - 8)));
  }
}

std::uint64_t take(ByteView in, std::size_t index) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : in.subspan(index * kNumberBytes, kNumberBytes)) {
    number = (number << 8U) | byte;
  }
  return number;
}

Result<GivenCode> unpack_code(ByteView in) {
  GivenCode given;
  given.code = Code(static_cast<std::uint32_t>(take(in, 0)));
  LOCKSTEP_TRY(given.digits, Digits::make(static_cast<unsigned>(take(in, 1))));
  given.at.wall = WallTime(Micros(static_cast<std::int64_t>(take(in, 2))));
  given.at.mono = MonoTime(static_cast<std::int64_t>(take(in, 3)));
  given.at.run = ClockRun(take(in, 4));
  return given;
}

}  // namespace

Result<Secret> parse_seed(std::string_view text, SeedEncoding encoding) {
  std::string compact;
  compact.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(compact), [](char c) { return c != ' '; });
  Result<Bytes> bytes = encoding == SeedEncoding::hex ? parse_hex(compact) : parse_base32(compact);
  wipe(std::span(reinterpret_cast<std::uint8_t*>(compact.data()), compact.size()));
  if (!bytes) return std::unexpected(std::move(bytes).error());
  return Secret(*std::move(bytes));
}

std::string seed_to_base32(const Secret& seed) { return to_base32(seed.reveal()); }

Result<void> check_pin(const Secret& pin) {
  const bool visible = std::ranges::all_of(
      pin.reveal(), [](std::uint8_t byte) { return byte > 0x20 && byte < 0x7F; });
  if (!visible || pin.size() < kPinCharactersMin || pin.size() > kPinCharactersMax) {
    return fail(Errc::invalid_input, "a PIN has 4 to 16 visible ASCII characters");
  }
  return {};
}

Result<void> check_password(const Secret& password) {
  const bool printable = std::ranges::all_of(
      password.reveal(), [](std::uint8_t byte) { return byte >= 0x20 && byte != 0x7F; });
  if (!printable || password.size() < kPasswordBytesMin || password.size() > kPasswordBytesMax) {
    return fail(Errc::invalid_input, "a password has 8 to 256 bytes and no control characters");
  }
  return {};
}

Result<void> check_operator_password(const Secret& password, const UserName& name) {
  const ByteView bytes = password.reveal();
  // Each character begins with a byte that is not of the form 10xxxxxx.
  const auto characters =
      std::ranges::count_if(bytes, [](std::uint8_t byte) { return (byte & 0xC0U) != 0x80U; });
  std::string text(bytes.begin(), bytes.end());
  Result<std::string> folded = fold(text);
  const bool holds_name = folded && folded->find(name.text()) != std::string::npos;
  const bool well_formed = folded.has_value() && check_password(password).has_value();
  wipe(std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
  if (folded) wipe(std::span(reinterpret_cast<std::uint8_t*>(folded->data()), folded->size()));
  if (!well_formed || characters < kOperatorPasswordCharactersMin) {
    return fail(Errc::invalid_input,
                "an operator's password has 12 characters to 256 bytes, none of them control "
                "characters");
  }
  if (holds_name) return fail(Errc::invalid_input, "the password must not hold the name");
  return {};
}

Secret pack_codes(const std::vector<GivenCode>& codes) {
  Bytes out;
  out.reserve(codes.size() * kPackedCodeBytes);
  for (const GivenCode& given : codes) {
    LOCKSTEP_ASSERT(given.code.has_value() && given.digits.has_value());
    put(out, given.code->value());
    put(out, given.digits->count());
    put(out, static_cast<std::uint64_t>(given.at.wall.time_since_epoch().count()));
    put(out, static_cast<std::uint64_t>(given.at.mono.value()));
    put(out, given.at.run.value());
  }
  return Secret(std::move(out));
}

Result<std::vector<GivenCode>> unpack_codes(const Secret& packed) {
  const ByteView bytes = packed.reveal();
  std::vector<GivenCode> codes;
  if (bytes.size() % kPackedCodeBytes != 0) return fail(Errc::corrupt, "codes of odd length");
  for (std::size_t at = 0; at < bytes.size(); at += kPackedCodeBytes) {
    Result<GivenCode> code = unpack_code(bytes.subspan(at, kPackedCodeBytes));
    if (!code) return fail(Errc::corrupt, "a kept code is damaged");
    codes.push_back(*std::move(code));
  }
  return codes;
}

}  // namespace lockstep
