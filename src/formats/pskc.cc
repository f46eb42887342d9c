// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/text.h"
#include "formats/base64.h"
#include "formats/blanks.h"

namespace lockstep {

namespace {

using pugi::xml_node;

constexpr std::size_t kNameShownMax = 64;

std::unexpected<Error> refuse(std::string what) {
  return fail(Errc::invalid_input, std::move(what));
}

/// "pskc:Key" and "Key" are the same to us: makers write the same file with any prefix or none.
std::string_view local_name(const xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

xml_node child(const xml_node& parent, std::string_view name) {
  for (const xml_node& node : parent.children()) {
    if (node.type() == pugi::node_element && local_name(node) == name) return node;
  }
  return {};
}

std::string_view text_of(const xml_node& node) { return without_blanks(node.child_value()); }

/// A key package and what errors call it: its serial or Id where it has one, and its number.
struct Package {
  xml_node device;
  xml_node key;
  std::size_t number;
  std::string name;

  [[nodiscard]] std::unexpected<Error> refuse_key(std::string_view why) const {
    return refuse(fmt::format("key {} ({}): {}", number, name, why));
  }
};

/// Wipes the buffer that the XML was parsed in, and with it all seeds in clear.
class Wiped {
 public:
  explicit Wiped(ByteView content) : bytes_(content.begin(), content.end()) {}
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { wipe(bytes_); }

  Bytes& bytes() { return bytes_; }

 private:
  Bytes bytes_;
};

Result<void> check_shape(const pugi::xml_document& document, const PskcLimits& limits) {
  std::size_t depth = 0;
  // Walked by hand and not by recursion: the depth is the sender's choice.
  xml_node node = document.first_child();
  while (node) {
    if (node.type() == pugi::node_doctype) return refuse("a DOCTYPE is not allowed");
    if (node.first_child()) {
      node = node.first_child();
      if (++depth > limits.depth_max) return refuse("nested too deeply");
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      if (depth > 0) --depth;
    }
    node = node.next_sibling();
  }
  return {};
}

Result<std::uint64_t> read_number(const Package& package, const xml_node& value) {
  if (child(value, "EncryptedValue")) {
    return package.refuse_key("encrypted values are not supported yet");
  }
  const std::string_view text = text_of(child(value, "PlainValue"));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > Position::kMax) {
    return package.refuse_key(fmt::format("{} is not a number", local_name(value)));
  }
  return number;
}

std::optional<HashAlgorithm> hash_named(std::string_view text) {
  const std::string name = ascii_upper(text);
  const std::string_view bare = std::string_view(name).starts_with("HMAC-")
                                    ? std::string_view(name).substr(5)
                                    : std::string_view(name);
  if (bare == "SHA1" || bare == "SHA-1") return HashAlgorithm::sha1;
  if (bare == "SHA256" || bare == "SHA-256") return HashAlgorithm::sha256;
  if (bare == "SHA512" || bare == "SHA-512") return HashAlgorithm::sha512;
  return std::nullopt;
}

/// The kind, and the hash where the name carries it: "…:pskc:totp", "…/pskc#hotp", "…:hotp-sha256".
Result<void> read_algorithm(const Package& package, CodeSpec& spec) {
  std::string_view uri = package.key.attribute("Algorithm").value();
  const std::size_t part = uri.find_last_of("#:/");
  if (part != std::string_view::npos) uri.remove_prefix(part + 1);
  const std::string name = ascii_upper(uri);
  const std::size_t hyphen = std::min(name.find('-'), name.size());
  const std::string kind = name.substr(0, hyphen);
  if (kind != "HOTP" && kind != "TOTP") {
    return package.refuse_key("its algorithm is neither HOTP nor TOTP");
  }
  spec.kind = kind == "HOTP" ? TokenKind::hotp : TokenKind::totp;
  if (hyphen == name.size()) return {};
  const std::optional<HashAlgorithm> hash = hash_named(std::string_view(name).substr(hyphen + 1));
  if (!hash) return package.refuse_key("its hash is not known");
  spec.hash = *hash;
  return {};
}

Result<void> read_parameters(const Package& package, CodeSpec& spec) {
  const xml_node parameters = child(package.key, "AlgorithmParameters");
  if (const xml_node suite = child(parameters, "Suite"); suite && !text_of(suite).empty()) {
    const std::optional<HashAlgorithm> hash = hash_named(text_of(suite));
    if (!hash) return package.refuse_key("its suite is not known");
    spec.hash = *hash;
  }
  if (child(parameters, "ChallengeFormat")) {
    return package.refuse_key("tokens with a challenge are not supported yet");
  }
  const xml_node format = child(parameters, "ResponseFormat");
  if (!format) return {};
  if (ascii_upper(format.attribute("Encoding").as_string("DECIMAL")) != "DECIMAL") {
    return package.refuse_key("its codes are not decimal");
  }
  if (format.attribute("CheckDigits").as_bool()) {
    return package.refuse_key("check digits are not supported");
  }
  const Result<Digits> digits = Digits::make(format.attribute("Length").as_uint(6));
  if (!digits) return package.refuse_key("its codes have not 4 to 10 digits");
  spec.digits = *digits;
  return {};
}

Result<Secret> read_seed(const Package& package, const xml_node& data) {
  const xml_node secret = child(data, "Secret");
  if (child(secret, "EncryptedValue")) {
    return package.refuse_key("encrypted values are not supported yet");
  }
  const xml_node plain = child(secret, "PlainValue");
  if (!plain) return package.refuse_key("it has no secret");
  Result<Bytes> bytes = parse_base64(plain.child_value());
  if (!bytes) return package.refuse_key("its secret is not base64");
  Secret seed(*std::move(bytes));
  if (seed.size() < kSeedBytesMin || seed.size() > kSeedBytesMax) {
    return package.refuse_key(fmt::format("its secret has {} bytes, not {} to {}", seed.size(),
                                          kSeedBytesMin, kSeedBytesMax));
  }
  return seed;
}

/// RFC 6030 section 4.2.3: the drift in intervals, negative when the token is behind.
Result<std::optional<Micros>> read_drift(const Package& package, const xml_node& data,
                                         Seconds step) {
  const xml_node drift = child(data, "TimeDrift");
  if (!drift) return std::nullopt;
  constexpr std::int64_t kIntervalsMax = 1'000'000;
  const std::string_view text = text_of(child(drift, "PlainValue"));
  std::int64_t intervals = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), intervals);
  if (error != std::errc() || end != text.data() + text.size() || intervals > kIntervalsMax ||
      intervals < -kIntervalsMax) {
    return package.refuse_key("TimeDrift is not a number");
  }
  return std::optional<Micros>(intervals * step);
}

Result<std::optional<WallTime>> read_date(const Package& package, const xml_node& node) {
  if (!node) return std::nullopt;
  const Result<WallTime> date = parse_rfc3339(text_of(node));
  if (!date) return package.refuse_key(fmt::format("{} is no date", local_name(node)));
  return std::optional<WallTime>(*date);
}

/// RFC 6030 section 5: who does not understand a policy must not use the key.
Result<void> read_policy(const Package& package, SeedRecord& record) {
  const xml_node policy = child(package.key, "Policy");
  bool usage_named = false;
  bool usage_fits = false;
  for (const xml_node& rule : policy.children()) {
    if (rule.type() != pugi::node_element) continue;
    const std::string_view name = local_name(rule);
    if (name == "StartDate") {
      LOCKSTEP_TRY(record.valid_from, read_date(package, rule));
    } else if (name == "ExpiryDate") {
      LOCKSTEP_TRY(record.valid_until, read_date(package, rule));
    } else if (name == "KeyUsage") {
      usage_named = true;
      usage_fits = usage_fits || text_of(rule) == "OTP";
    } else {
      return package.refuse_key(
          fmt::format("its policy {} cannot be kept", name.substr(0, kNameShownMax)));
    }
  }
  if (usage_named && !usage_fits) return package.refuse_key("its policy does not allow OTP");
  return {};
}

std::string model_of(const Package& package) {
  constexpr std::size_t kModelBytesMax = 128;
  const std::string_view maker = text_of(child(package.device, "Manufacturer"));
  const std::string_view model = text_of(child(package.device, "Model"));
  std::string both(maker);
  if (!maker.empty() && !model.empty()) both += ' ';
  both += model;
  // A name that is cut or odd would not be worth refusing a file of tokens for.
  return both.size() <= kModelBytesMax && fold(both) ? both : std::string();
}

Result<SeedRecord> read_key(const Package& package) {
  CodeSpec spec;
  LOCKSTEP_CHECK(read_algorithm(package, spec));
  LOCKSTEP_CHECK(read_parameters(package, spec));
  const xml_node data = child(package.key, "Data");
  if (const xml_node interval = child(data, "TimeInterval"); interval) {
    LOCKSTEP_TRY(const std::uint64_t step, read_number(package, interval));
    if (spec.kind == TokenKind::totp) spec.step = Seconds(step);
  }
  if (!check(spec)) return package.refuse_key("its time interval is out of range");
  LOCKSTEP_TRY(Secret seed, read_seed(package, data));
  Result<Serial> serial = Serial::parse(package.name);
  if (!serial) return package.refuse_key("it has no serial that can be used");

  SeedRecord record{.line = package.number,
                    .serial = *std::move(serial),
                    .seed = std::move(seed),
                    .spec = spec,
                    .next = {},
                    .offset = {},
                    .model = model_of(package),
                    .valid_from = {},
                    .valid_until = {}};
  if (const xml_node counter = child(data, "Counter"); counter && spec.kind == TokenKind::hotp) {
    LOCKSTEP_TRY(const std::uint64_t next, read_number(package, counter));
    record.next = Position(next);
  }
  if (spec.kind == TokenKind::totp) {
    LOCKSTEP_TRY(record.offset, read_drift(package, data, spec.step));
  }
  LOCKSTEP_CHECK(read_policy(package, record));
  return record;
}

std::string name_of_package(const xml_node& device, const xml_node& key) {
  const std::string_view serial = text_of(child(device, "SerialNo"));
  const std::string_view name = serial.empty() ? key.attribute("Id").value() : serial;
  return std::string(name.substr(0, kNameShownMax));
}

}  // namespace

Result<std::vector<SeedRecord>> parse_pskc(const Secret& file, const PskcLimits& limits) {
  if (file.size() > limits.bytes_max) return refuse("the file is too large");
  Wiped content(file.reveal());
  pugi::xml_document document;
  // In place, so that no copy of the seeds stays behind. Without parse_doctype a DOCTYPE would be
  // skipped silently; it is looked at to be refused.
  const pugi::xml_parse_result parsed = document.load_buffer_inplace(
      content.bytes().data(), content.bytes().size(),
      pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata_single);
  if (!parsed) {
    return refuse(fmt::format("no XML: {} at byte {}", parsed.description(), parsed.offset));
  }
  LOCKSTEP_CHECK(check_shape(document, limits));
  const xml_node container = document.document_element();
  if (local_name(container) != "KeyContainer") return refuse("no PSKC: there is no KeyContainer");

  std::vector<SeedRecord> records;
  for (const xml_node& node : container.children()) {
    if (local_name(node) != "KeyPackage") continue;
    const xml_node device = child(node, "DeviceInfo");
    const xml_node key = child(node, "Key");
    const Package package{device, key, records.size() + 1, name_of_package(device, key)};
    if (!key) return package.refuse_key("the package holds no key");
    if (records.size() == limits.keys_max) {
      return refuse(fmt::format("more than {} keys", limits.keys_max));
    }
    LOCKSTEP_TRY(SeedRecord record, read_key(package));
    records.push_back(std::move(record));
  }
  if (records.empty()) return refuse("no keys in the container");
  return records;
}

}  // namespace lockstep
