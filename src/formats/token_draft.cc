// SPDX-License-Identifier: Apache-2.0
#include "formats/token_draft.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/seed_text.h"

namespace lockstep {
namespace {

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Errc::invalid_input, std::string(why));
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A spreadsheet's 2.30871E+12 or 2,30871E+12.
bool is_scientific(std::string_view serial) {
  const std::size_t e = serial.find_first_of("eE");
  if (e == std::string_view::npos || e + 1 >= serial.size()) return false;
  return serial[e + 1] == '+' && is_ascii_digits(serial.substr(e + 2));
}

Result<Serial> read_serial(std::string_view text) {
  if (is_scientific(text)) {
    return refuse("a spreadsheet has shortened the serial; export the column as text");
  }
  Result<Serial> serial = Serial::parse(text);
  if (!serial) return refuse("this is no serial");
  return serial;
}

}  // namespace

CodeSpec spec_of(const SeedDefaults& defaults, TokenKind kind) {
  return CodeSpec{.kind = defaults.kind.value_or(kind),
                  .hash = defaults.hash,
                  .digits = defaults.digits,
                  .step = defaults.step,
                  .t0 = defaults.t0};
}

Result<TokenKind> read_kind(std::string_view text) {
  const std::string name = ascii_upper(text);
  if (name == "HOTP" || name == "EVENT" || name == "OATH-HOTP") return TokenKind::hotp;
  if (name == "TOTP" || name == "TIME" || name == "OATH-TOTP") return TokenKind::totp;
  if (name.starts_with("OCRA")) return refuse("OCRA tokens are not supported");
  if (name == "MOTP") return refuse("mOTP tokens are not supported");
  return refuse("its type is neither HOTP nor TOTP");
}

Result<HashAlgorithm> read_hash(std::string_view text) {
  std::string name = ascii_upper(text);
  if (name.starts_with("HMAC")) name.erase(0, 4);
  std::erase(name, '-');
  if (name == "SHA1") return HashAlgorithm::sha1;
  if (name == "SHA256") return HashAlgorithm::sha256;
  if (name == "SHA512") return HashAlgorithm::sha512;
  return refuse("its hash is none of SHA1, SHA256, SHA512");
}

Result<Digits> read_digits(std::string_view text) {
  const auto value = whole_number(text);
  constexpr unsigned kDigitsMax = 10;
  Result<Digits> digits =
      Digits::make(value && *value <= kDigitsMax ? static_cast<unsigned>(*value) : 0);
  if (!digits) return refuse("its codes have not 4 to 10 digits");
  return digits;
}

Result<Seconds> read_step(std::string_view text) {
  constexpr std::uint64_t kStepMax = 86'400;
  const auto value = whole_number(text);
  if (!value || *value == 0 || *value > kStepMax) {
    return refuse("its time step is not 1 to 86,400 seconds");
  }
  return Seconds(static_cast<std::int64_t>(*value));
}

Result<Position> read_counter(std::string_view text) {
  const auto value = whole_number(text);
  if (!value || *value > Position::kMax) {
    return refuse("the counter is no number from 0 to 2^63 - 1");
  }
  return Position(*value);
}

Result<void> read_moving(std::string_view text, TokenDraft& row) {
  if (text.empty()) return {};
  if (row.spec.kind == TokenKind::hotp) {
    LOCKSTEP_TRY(row.next, read_counter(text));
  } else {
    LOCKSTEP_TRY(row.spec.step, read_step(text));
  }
  return {};
}

std::string model_text(std::string_view maker, std::string_view model) {
  constexpr std::size_t kModelBytesMax = 128;
  std::string both;
  for (const std::string_view part : {maker, model}) {
    if (part.empty()) continue;
    if (!both.empty()) both += ' ';
    for (std::size_t i = 0; i < part.size(); ++i) {
      both += part[i];
      if (part[i] == '"') ++i;
    }
  }
  return both.size() <= kModelBytesMax && fold(both) ? both : std::string();
}

Result<SeedRecord> make_record(const TokenDraft& row, SeedEncoding encoding) {
  LOCKSTEP_TRY(Serial serial, read_serial(row.serial));
  Result<Secret> seed = parse_seed(row.seed, encoding);
  if (!seed) {
    return refuse(encoding == SeedEncoding::hex ? "the seed is not hex" : "the seed is not base32");
  }
  if (seed->size() < kSeedBytesMin || seed->size() > kSeedBytesMax) {
    return refuse(fmt::format("the seed has {} bytes, not {} to {}", seed->size(), kSeedBytesMin,
                              kSeedBytesMax));
  }
  return SeedRecord{.line = row.line,
                    .serial = std::move(serial),
                    .seed = *std::move(seed),
                    .spec = row.spec,
                    .next = row.next,
                    .offset = {},
                    .model = row.model,
                    .valid_from = {},
                    .valid_until = {}};
}

std::string serial_shown(std::string_view serial) {
  // The shortest seed has 10 bytes, 16 characters of base32.
  constexpr std::size_t kShownMax = 15;
  const Result<Serial> parsed = Serial::parse(serial);
  return parsed && serial.size() <= kShownMax ? parsed->text() : std::string();
}

}  // namespace lockstep
