// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_dialects.h"

#include <algorithm>

#include "base/text.h"

namespace lockstep {
namespace {

std::unexpected<Error> refuse(const char* why) { return fail(Errc::invalid_input, why); }

/// The field at `index`, empty where the line is shorter.
std::string_view field(const TextRow& row, std::size_t index) {
  return index < row.fields.size() ? row.fields[index] : std::string_view();
}

/// Some exports end every line with delimiters: only fields with something in them count.
bool has_more_than(const TextRow& row, std::size_t count) {
  return std::any_of(
      row.fields.begin() + static_cast<std::ptrdiff_t>(std::min(count, row.fields.size())),
      row.fields.end(), [](std::string_view text) { return !text.empty(); });
}

TokenDraft token_of(const TextRow& row, std::size_t serial, std::size_t seed,
                    const CodeSpec& spec) {
  return TokenDraft{.line = row.line,
                    .serial = field(row, serial),
                    .seed = field(row, seed),
                    .spec = spec,
                    .next = {},
                    .model = {}};
}

/// serial,seed[,counter]: ours, PingID's, and that of many a tool.
Result<TokenDraft> read_plain(const TextRow& row, const SeedDefaults& defaults) {
  if (has_more_than(row, 3)) return refuse("more than serial, seed, counter");
  TokenDraft token = token_of(row, 0, 1, spec_of(defaults, TokenKind::hotp));
  if (field(row, 2).empty()) return token;
  if (token.spec.kind == TokenKind::totp) return refuse("time tokens have no counter");
  LOCKSTEP_TRY(token.next, read_counter(field(row, 2)));
  return token;
}

/// serial<blank or TAB>seed
Result<TokenDraft> read_feitian(const TextRow& row, const SeedDefaults& defaults) {
  if (has_more_than(row, 2)) return refuse("more than serial and seed");
  return token_of(row, 0, 1, spec_of(defaults, TokenKind::hotp));
}

/// serial,key[,type[,digits[,step or counter[,hash]]]]
Result<TokenDraft> read_oath(const TextRow& row, const SeedDefaults& defaults) {
  if (has_more_than(row, 6)) return refuse("more than serial, key, type, digits, step, hash");
  TokenDraft token = token_of(row, 0, 1, spec_of(defaults, TokenKind::hotp));
  if (!field(row, 2).empty()) {
    LOCKSTEP_TRY(token.spec.kind, read_kind(field(row, 2)));
  }
  if (!field(row, 3).empty()) {
    LOCKSTEP_TRY(token.spec.digits, read_digits(field(row, 3)));
  }
  LOCKSTEP_CHECK(read_moving(field(row, 4), token));
  if (!field(row, 5).empty()) {
    LOCKSTEP_TRY(token.spec.hash, read_hash(field(row, 5)));
  }
  return token;
}

/// serial,seed[,type[,digits[,step]]]: as OATH CSV, but the last field is never a counter.
Result<TokenDraft> read_netiq(const TextRow& row, const SeedDefaults& defaults) {
  if (has_more_than(row, 5)) return refuse("more than serial, seed, type, digits, step");
  TextRow without_step = row;
  without_step.fields.resize(std::min<std::size_t>(row.fields.size(), 4));
  LOCKSTEP_TRY(TokenDraft token, read_oath(without_step, defaults));
  if (!field(row, 4).empty()) {
    LOCKSTEP_TRY(token.spec.step, read_step(field(row, 4)));
  }
  return token;
}

/// serial;manufacturer;type;seed;digits;interval or counter
Result<TokenDraft> read_multiotp(const TextRow& row, const SeedDefaults& defaults) {
  if (has_more_than(row, 6)) return refuse("more than six fields");
  TokenDraft token = token_of(row, 0, 3, spec_of(defaults, TokenKind::hotp));
  LOCKSTEP_TRY(token.spec.kind, read_kind(field(row, 2)));
  if (!field(row, 4).empty()) {
    LOCKSTEP_TRY(token.spec.digits, read_digits(field(row, 4)));
  }
  LOCKSTEP_CHECK(read_moving(field(row, 5), token));
  token.model = model_text(field(row, 1), {});
  return token;
}

/// serial,public id,private id,key,access code,time, with private id 0 for OATH.
Result<TokenDraft> read_yubico(const TextRow& row, const SeedDefaults& defaults) {
  const std::string_view private_id = field(row, 2);
  if (private_id.empty()) return refuse("it is a static password, no token");
  if (private_id != "0") return refuse("Yubico OTP is not supported, OATH-HOTP is");
  TokenDraft token = token_of(row, 0, 3, spec_of(defaults, TokenKind::hotp));
  token.spec.kind = TokenKind::hotp;
  token.model = "Yubico YubiKey";
  return token;
}

constexpr std::string_view kYubicoKinds[] = {"YUBICO OTP", "OATH-HOTP", "STATIC PASSWORD",
                                             "CHALLENGE-RESPONSE"};

/// The log of Yubico's tool: kind, date, slot, public id, private id, key, …, digits as the
/// twelfth.
Result<TokenDraft> read_yubico_traditional(const TextRow& row, const SeedDefaults& defaults) {
  constexpr std::size_t kPublicId = 3;
  constexpr std::size_t kKey = 5;
  constexpr std::size_t kDigits = 11;
  if (ascii_upper(field(row, 0)) != "OATH-HOTP") {
    return refuse("it is no OATH-HOTP key, the only kind of YubiKey that is supported");
  }
  if (field(row, kPublicId).empty()) {
    return refuse("it has no public id, which would be its serial");
  }
  TokenDraft token = token_of(row, kPublicId, kKey, spec_of(defaults, TokenKind::hotp));
  token.spec.kind = TokenKind::hotp;
  if (!field(row, kDigits).empty()) {
    LOCKSTEP_TRY(token.spec.digits, read_digits(field(row, kDigits)));
  }
  token.model = "Yubico YubiKey";
  return token;
}

/// The tool writes when it began to log among the keys.
bool is_log_start(const TextRow& row) {
  return ascii_upper(field(row, 0)).starts_with("LOGGING START");
}

constexpr Dialect kDialects[] = {
    {SeedFormat::csv, std::nullopt, false, read_plain, nullptr},
    {SeedFormat::pingid, SeedEncoding::hex, false, read_plain, nullptr},
    {SeedFormat::entra, SeedEncoding::base32, true, nullptr, nullptr},
    {SeedFormat::oath, SeedEncoding::hex, true, read_oath, nullptr},
    {SeedFormat::multiotp, SeedEncoding::hex, true, read_multiotp, nullptr},
    {SeedFormat::feitian, std::nullopt, false, read_feitian, nullptr},
    {SeedFormat::yubico, SeedEncoding::hex, true, read_yubico, nullptr},
    {SeedFormat::yubico_traditional, SeedEncoding::hex, true, read_yubico_traditional,
     is_log_start},
    {SeedFormat::netiq, SeedEncoding::hex, true, read_netiq, nullptr},
};

bool is_type(std::string_view text) {
  constexpr std::string_view kTypes[] = {"HOTP", "TOTP", "OCRA", "OCRA2", "MOTP"};
  return std::ranges::find(kTypes, std::string_view(ascii_upper(text))) != std::end(kTypes);
}

bool consists_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_yubico(const TextRow& row) {
  constexpr std::string_view kModhex = "cbdefghijklnrtuv";
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  return row.fields.size() >= 6 && consists_of(field(row, 1), kModhex) &&
         consists_of(field(row, 2), kHex) && !field(row, 3).empty() &&
         consists_of(field(row, 3), kHex) && field(row, 5).find(':') != std::string_view::npos;
}

}  // namespace

const Dialect& dialect_of(SeedFormat format) {
  const auto* found = std::ranges::find(kDialects, format, &Dialect::format);
  LOCKSTEP_ASSERT(found != std::end(kDialects));
  return *found;
}

std::optional<SeedFormat> recognise(const TextRow& row, char delimiter) {
  const std::string first = ascii_upper(field(row, 0));
  const bool yubico_log = std::ranges::any_of(
      kYubicoKinds, [&](std::string_view kind) { return first.starts_with(kind); });
  if (row.fields.size() > 5 && yubico_log) return SeedFormat::yubico_traditional;
  // Both have the type third; multiOTP has the seed behind it, the other one the digits.
  if (is_type(field(row, 2))) {
    const bool long_fourth = field(row, 3).size() >= kSeedBytesMin;
    return long_fourth ? SeedFormat::multiotp : SeedFormat::oath;
  }
  if (is_yubico(row)) return SeedFormat::yubico;
  if (row.fields.size() == 2 && (delimiter == ' ' || delimiter == '\t')) return SeedFormat::feitian;
  return std::nullopt;
}

}  // namespace lockstep
