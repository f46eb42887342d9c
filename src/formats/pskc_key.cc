// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc_key.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/base64.h"
#include "formats/blanks.h"

namespace lockstep {
namespace {

using pugi::xml_node;

std::unexpected<Error> refuse(std::string why) { return fail(Errc::invalid_input, std::move(why)); }

bool is_true(std::string_view text) { return text == "true" || text == "1" || text == "TRUE"; }

/// Where a value stands: `<Counter>`, or in the drafts `<Data Name="COUNTER">`.
xml_node value_of(const xml_node& key, std::string_view name, std::string_view draft_name) {
  if (const xml_node found = child(child(key, {"Data"}), {name})) return found;
  for (const xml_node& data : children(key, {"Data"})) {
    if (ascii_upper(attribute(data, {"Name"})) == draft_name) return data;
  }
  return {};
}

xml_node plain_of(const xml_node& value) { return child(value, {"PlainValue", "Value"}); }

/// Decimal text, at most 19 digits with a sign.
std::optional<std::int64_t> decimal(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Decimal text or else a big-endian number: makers write both, plain in base64 and encrypted.
std::optional<std::int64_t> number_in(ByteView bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const bool signed_text = text.starts_with('-') && is_ascii_digits(text.substr(1));
  if (signed_text || is_ascii_digits(text)) return decimal(text);
  const auto first = std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte != 0; });
  const ByteView digits(first, bytes.end());
  if (bytes.empty() || digits.size() > 8 || (digits.size() == 8 && digits[0] > 0x7F)) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  for (const std::uint8_t byte : digits) number = (number << 8) | byte;
  return number;
}

/// A number in one of five forms: decimal text; base64 of decimal text or of big-endian bytes;
/// the same two encrypted.
Result<std::int64_t> read_number(const xml_node& value, PskcEncryption& encryption) {
  const std::string name = shown(local_name(value));
  std::optional<std::int64_t> number;
  if (encryption.is_encrypted(value)) {
    const Result<Secret> opened = encryption.open(value);
    if (!opened) {
      return fail(opened.error().code, fmt::format("{}: {}", name, opened.error().context));
    }
    number = number_in(opened->reveal());
  } else {
    const std::string_view text = text_of(plain_of(value));
    number = decimal(text);
    if (!number) {
      const Result<Bytes> bytes = parse_base64(text);
      if (bytes) number = number_in(*bytes);
    }
  }
  if (!number) return refuse(fmt::format("{} is not a number", name));
  return *number;
}

std::optional<HashAlgorithm> hash_named(std::string_view text) {
  std::string name = ascii_upper(text);
  if (name.starts_with("HMAC")) name.erase(0, 4);
  std::erase(name, '-');
  if (name == "SHA1") return HashAlgorithm::sha1;
  if (name == "SHA256") return HashAlgorithm::sha256;
  if (name == "SHA512") return HashAlgorithm::sha512;
  return std::nullopt;
}

std::string_view algorithm_uri(const xml_node& key) {
  return attribute(key, {"Algorithm", "KeyAlgorithm", "SecretAlgorithm"});
}

/// The kind, and the hash where the name carries it: "…:pskc:totp", "…/pskc#hotp", "…:hotp-sha256".
Result<void> read_algorithm(const xml_node& key, CodeSpec& spec) {
  const std::string name = algorithm_name(algorithm_uri(key));
  const std::size_t hyphen = std::min(name.find('-'), name.size());
  const std::string_view kind = std::string_view(name).substr(0, hyphen);
  if (kind != "hotp" && kind != "totp") return refuse("its algorithm is neither HOTP nor TOTP");
  spec.kind = kind == "hotp" ? TokenKind::hotp : TokenKind::totp;
  if (hyphen == name.size()) return {};
  const auto hash = hash_named(std::string_view(name).substr(hyphen + 1));
  if (!hash) return refuse("its hash is not known");
  spec.hash = *hash;
  return {};
}

/// The drafts have the format of codes under Usage, with what the key is for as attributes.
Result<void> check_draft_usage(const xml_node& usage) {
  bool other = false;
  for (const char* name : {"CR", "Integrity", "Encrypt", "Unlock"}) {
    other = other || is_true(attribute(usage, {name}));
  }
  if (other && !is_true(attribute(usage, {"OTP", "otp"}))) return refuse("it is not for OTP");
  return {};
}

Result<void> read_parameters(const xml_node& key, CodeSpec& spec) {
  const xml_node parameters = child(key, {"AlgorithmParameters", "Usage"});
  LOCKSTEP_CHECK(check_draft_usage(child(key, {"Usage"})));
  if (const std::string_view suite = text_of(child(parameters, {"Suite"})); !suite.empty()) {
    const auto hash = hash_named(suite);
    if (!hash) return refuse("its suite is not known");
    spec.hash = *hash;
  }
  if (child(parameters, {"ChallengeFormat"})) {
    return refuse("tokens with a challenge are not supported yet");
  }
  const xml_node format = child(parameters, {"ResponseFormat"});
  if (!format) return {};
  const std::string_view encoding = attribute(format, {"Encoding", "Format", "format"});
  if (!encoding.empty() && ascii_upper(encoding) != "DECIMAL") {
    return refuse("its codes are not decimal");
  }
  if (is_true(attribute(format, {"CheckDigits", "CheckDigit"}))) {
    return refuse("check digits are not supported");
  }
  const std::string_view length = attribute(format, {"Length", "length"});
  if (length.empty()) return {};
  const auto count = decimal(length);
  constexpr std::int64_t kLengthMax = 10;
  const Result<Digits> digits =
      Digits::make(count && *count > 0 && *count <= kLengthMax ? static_cast<unsigned>(*count) : 0);
  if (!digits) return refuse("its codes have not 4 to 10 digits");
  spec.digits = *digits;
  return {};
}

Result<Secret> read_seed(const xml_node& key, PskcEncryption& encryption) {
  const xml_node secret = value_of(key, "Secret", "SECRET");
  Secret seed;
  if (encryption.is_encrypted(secret)) {
    LOCKSTEP_TRY(seed, encryption.open(secret));
  } else {
    const xml_node plain = plain_of(secret);
    if (!plain) return refuse("it has no secret");
    if (encryption.misses_mac(secret)) {
      return refuse("its secret has no ValueMAC, and the file names a cipher");
    }
    Result<Bytes> bytes = parse_base64(plain.child_value());
    if (!bytes) return refuse("its secret is not base64");
    seed = Secret(*std::move(bytes));
  }
  if (seed.size() < kSeedBytesMin || seed.size() > kSeedBytesMax) {
    return refuse(fmt::format("its secret has {} bytes, not {} to {}", seed.size(), kSeedBytesMin,
                              kSeedBytesMax));
  }
  return seed;
}

/// Counter, interval and drift.
Result<void> read_moving(const xml_node& key, PskcEncryption& encryption, SeedRecord& record) {
  // A week, the widest zone that there is, and no more steps than that has of 30 seconds: each
  // log-in works out the codes between the server's clock and where a token was said to be.
  constexpr std::int64_t kDriftSecondsMax = 604'800;
  constexpr std::int64_t kDriftIntervalsMax = kDriftSecondsMax / 30;
  constexpr std::int64_t kStepMax = 86'400;
  if (record.spec.kind == TokenKind::hotp) {
    const xml_node counter = value_of(key, "Counter", "COUNTER");
    if (!counter) return {};
    LOCKSTEP_TRY(const std::int64_t next, read_number(counter, encryption));
    if (next < 0) return refuse("its counter is negative");
    record.next = Position(static_cast<std::uint64_t>(next));
    return {};
  }
  if (const xml_node interval = value_of(key, "TimeInterval", "TIME_INTERVAL")) {
    LOCKSTEP_TRY(const std::int64_t step, read_number(interval, encryption));
    if (step < 1 || step > kStepMax) return refuse("its time interval is out of range");
    record.spec.step = Seconds(step);
  }
  // RFC 6030 section 4.2.3: in intervals, negative when the token is behind.
  if (const xml_node drift = value_of(key, "TimeDrift", "TIME_DRIFT")) {
    LOCKSTEP_TRY(const std::int64_t intervals, read_number(drift, encryption));
    const bool is_far = intervals > kDriftIntervalsMax || intervals < -kDriftIntervalsMax;
    if (is_far || std::abs(intervals) * record.spec.step.count() > kDriftSecondsMax) {
      return refuse("its TimeDrift is more than a week");
    }
    record.offset = Micros(intervals * record.spec.step);
  }
  return {};
}

Result<std::optional<WallTime>> read_date(const xml_node& node) {
  const Result<WallTime> date = parse_rfc3339(text_of(node));
  if (!date) return refuse(fmt::format("{} is no date", shown(local_name(node))));
  return std::optional<WallTime>(*date);
}

/// A PIN that the device itself asks for does not concern the server; every other use does.
bool is_local_pin(const xml_node& policy) {
  constexpr std::string_view kKnown[] = {"MinLength",   "MaxLength",    "PINKeyId",
                                         "PINEncoding", "PINUsageMode", "MaxFailedAttempts"};
  for (const pugi::xml_attribute& one : policy.attributes()) {
    if (std::ranges::find(kKnown, std::string_view(one.name())) == std::end(kKnown)) return false;
  }
  return !policy.first_child() && attribute(policy, {"PINUsageMode"}) == "Local";
}

/// RFC 6030 section 5: who does not understand a policy must not use the key.
Result<void> read_policy(const xml_node& key, SeedRecord& record) {
  bool usage_named = false;
  bool usage_fits = false;
  for (const xml_node& rule : child(key, {"Policy"}).children()) {
    if (rule.type() != pugi::node_element) continue;
    const std::string_view name = local_name(rule);
    if (name == "StartDate") {
      LOCKSTEP_TRY(record.valid_from, read_date(rule));
    } else if (name == "ExpiryDate") {
      LOCKSTEP_TRY(record.valid_until, read_date(rule));
    } else if (name == "KeyUsage") {
      usage_named = true;
      usage_fits = usage_fits || text_of(rule) == "OTP";
    } else if (name != "PINPolicy" || !is_local_pin(rule)) {
      return refuse(fmt::format("its policy {} cannot be kept", shown(name)));
    }
  }
  if (usage_named && !usage_fits) return refuse("its policy does not allow OTP");
  return {};
}

/// The dates of the drafts and those of the device, where the policy has none.
Result<void> read_other_dates(const PskcKey& key, SeedRecord& record) {
  for (const xml_node& place : {key.key, key.device}) {
    const xml_node start = child(place, {"StartDate"});
    if (start && !record.valid_from) {
      LOCKSTEP_TRY(record.valid_from, read_date(start));
    }
    const xml_node end = child(place, {"ExpiryDate"});
    if (end && !record.valid_until) {
      LOCKSTEP_TRY(record.valid_until, read_date(end));
    }
  }
  return {};
}

std::string model_of(const xml_node& device) {
  constexpr std::size_t kModelBytesMax = 128;
  const std::string_view maker = text_of(child(device, {"Manufacturer"}));
  const std::string_view model = text_of(child(device, {"Model"}));
  std::string both(maker);
  if (!maker.empty() && !model.empty()) both += ' ';
  both += model;
  // A name that is cut or odd would not be worth refusing a token for.
  return both.size() <= kModelBytesMax && fold(both) ? both : std::string();
}

}  // namespace

bool is_pin_key(const xml_node& key) { return algorithm_name(algorithm_uri(key)) == "pin"; }

Result<SeedRecord> read_pskc_key(const PskcKey& key, PskcEncryption& encryption) {
  CodeSpec spec;
  LOCKSTEP_CHECK(read_algorithm(key.key, spec));
  LOCKSTEP_CHECK(read_parameters(key.key, spec));
  Result<Serial> serial = Serial::parse(key.name);
  if (!serial) return refuse("it has no serial that can be used");
  LOCKSTEP_TRY(Secret seed, read_seed(key.key, encryption));

  SeedRecord record{.line = key.number,
                    .serial = *std::move(serial),
                    .seed = std::move(seed),
                    .spec = spec,
                    .next = {},
                    .offset = {},
                    .model = model_of(key.device),
                    .valid_from = {},
                    .valid_until = {}};
  LOCKSTEP_CHECK(read_moving(key.key, encryption, record));
  LOCKSTEP_CHECK(read_policy(key.key, record));
  LOCKSTEP_CHECK(read_other_dates(key, record));
  return record;
}

}  // namespace lockstep
