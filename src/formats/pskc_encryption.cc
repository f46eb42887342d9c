// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc_encryption.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "crypto/digest.h"
#include "formats/base64.h"

namespace lockstep {
namespace {

using pugi::xml_node;

/// Concerns this value alone.
std::unexpected<Error> refuse_value(const char* why) { return fail(Errc::invalid_input, why); }
/// Concerns the whole file.
std::unexpected<Error> refuse_file(const char* why) { return fail(Errc::corrupt, why); }

std::unexpected<Error> wrong_key() {
  return refuse_file(
      "the file does not open: the key or password is the wrong one, or the file was changed");
}

struct NamedCipher {
  std::string_view name;
  FileCipher cipher;
};
// By the fragment of their URIs; the last ones as the drafts called them.
constexpr NamedCipher kCiphers[] = {
    {"aes128-cbc", {CipherKind::aes_cbc, 16}},
    {"aes192-cbc", {CipherKind::aes_cbc, 24}},
    {"aes256-cbc", {CipherKind::aes_cbc, 32}},
    {"tripledes-cbc", {CipherKind::tripledes_cbc, 24}},
    {"camellia128-cbc", {CipherKind::camellia_cbc, 16}},
    {"camellia192-cbc", {CipherKind::camellia_cbc, 24}},
    {"camellia256-cbc", {CipherKind::camellia_cbc, 32}},
    {"aes128-gcm", {CipherKind::aes_gcm, 16}},
    {"aes192-gcm", {CipherKind::aes_gcm, 24}},
    {"aes256-gcm", {CipherKind::aes_gcm, 32}},
    {"kw-aes128", {CipherKind::aes_wrap, 16}},
    {"kw-aes192", {CipherKind::aes_wrap, 24}},
    {"kw-aes256", {CipherKind::aes_wrap, 32}},
    {"kw-camellia128", {CipherKind::camellia_wrap, 16}},
    {"kw-camellia192", {CipherKind::camellia_wrap, 24}},
    {"kw-camellia256", {CipherKind::camellia_wrap, 32}},
    {"kw-tripledes", {CipherKind::tripledes_wrap, 24}},
    {"3des-cbc", {CipherKind::tripledes_cbc, 24}},
    {"3des112-cbc", {CipherKind::tripledes_cbc, 24}},
    {"3des168-cbc", {CipherKind::tripledes_cbc, 24}},
};
constexpr std::string_view kPasswordPrefix = "pbe-";

std::optional<FileCipher> cipher_named(std::string_view uri) {
  const std::string name = algorithm_name(uri);
  std::string_view bare = name;
  if (bare.starts_with(kPasswordPrefix)) bare.remove_prefix(kPasswordPrefix.size());
  const auto* found = std::ranges::find(kCiphers, bare, &NamedCipher::name);
  if (found == std::end(kCiphers)) return std::nullopt;
  return found->cipher;
}

/// "…#hmac-sha256", "HMAC-SHA-256".
std::optional<MacHash> mac_named(std::string_view uri) {
  struct NamedHash {
    std::string_view name;
    MacHash hash;
  };
  constexpr NamedHash kHashes[] = {{"hmacsha1", MacHash::sha1},
                                   {"hmacsha224", MacHash::sha224},
                                   {"hmacsha256", MacHash::sha256},
                                   {"hmacsha384", MacHash::sha384},
                                   {"hmacsha512", MacHash::sha512}};
  std::string name = algorithm_name(uri);
  std::erase(name, '-');
  const auto* found = std::ranges::find(kHashes, name, &NamedHash::name);
  if (found == std::end(kHashes)) return std::nullopt;
  return found->hash;
}

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view cipher_uri(const xml_node& encrypted) {
  const xml_node method = child(encrypted, {"EncryptionMethod"});
  // PBES2 names the cipher one level further in.
  const std::string_view inner =
      attribute(child(method, {"EncryptionScheme"}), {"Algorithm", "algorithm"});
  return inner.empty() ? attribute(method, {"Algorithm", "algorithm"}) : inner;
}

Result<Bytes> cipher_text(const xml_node& encrypted) {
  const xml_node value = child(child(encrypted, {"CipherData"}), {"CipherValue"});
  if (!value) return refuse_value("an encrypted value has no CipherValue");
  Result<Bytes> bytes = parse_base64(value.child_value());
  if (!bytes) return refuse_value("an encrypted value is not base64");
  return bytes;
}

/// Where the RFC says how the key is made from the password.
Result<Pbkdf2> read_derivation(const xml_node& method) {
  if (algorithm_name(attribute(method, {"Algorithm"})) != "pbkdf2") {
    return refuse_file("the key is derived in a way that is not known: only PBKDF2 is");
  }
  const xml_node params = child(method, {"PBKDF2-params"});
  Pbkdf2 how;
  Result<Bytes> salt = parse_base64(child(child(params, {"Salt"}), {"Specified"}).child_value());
  const auto iterations = whole_number(text_of(child(params, {"IterationCount"})));
  const auto key_bytes = whole_number(text_of(child(params, {"KeyLength"})));
  if (!salt || salt->empty() || !iterations || !key_bytes) {
    return refuse_file("the parameters of PBKDF2 are incomplete");
  }
  how.salt = *std::move(salt);
  how.iterations = *iterations;
  how.key_bytes = *key_bytes;
  if (const xml_node prf = child(params, {"PRF"})) {
    const std::string_view named = attribute(prf, {"Algorithm"});
    const auto hash = mac_named(named.empty() ? text_of(prf) : named);
    if (!hash) return refuse_file("the hash of PBKDF2 is not known");
    how.hash = *hash;
  }
  return how;
}

/// The drafts' way: `<EncryptionMethod algorithm="PBE-…">` with PBESalt and PBEIterationCount.
Result<Pbkdf2> read_draft_derivation(const xml_node& head, const FileCipher& cipher) {
  constexpr std::size_t kTwoKeyBytes = 16;
  Result<Bytes> salt = parse_base64(child(head, {"PBESalt"}).child_value());
  const auto iterations = whole_number(text_of(child(head, {"PBEIterationCount"})));
  if (!salt || salt->empty() || !iterations) {
    return refuse_file("the parameters of the password-based encryption are incomplete");
  }
  const bool two_keys =
      algorithm_name(attribute(head, {"Algorithm", "algorithm"})) == "pbe-3des112-cbc";
  return Pbkdf2{.hash = MacHash::sha1,
                .salt = *std::move(salt),
                .iterations = *iterations,
                .key_bytes = two_keys ? kTwoKeyBytes : cipher.key_bytes};
}

Result<Secret> derive(const Pbkdf2& how, const FileKey& given) {
  if (given.password.empty()) {
    return refuse_file(given.preshared.empty()
                           ? "the file is encrypted with a password: it has to be given"
                           : "the file is encrypted with a password and not with a key");
  }
  Result<Secret> key = pbkdf2(how, given.password);
  if (!key) return fail(Errc::corrupt, key.error().context);
  return key;
}

}  // namespace

bool PskcEncryption::is_encrypted(const xml_node& value) const {
  if (child(value, {"EncryptedValue"})) return true;
  // The drafts say by the MAC beside a value that it is encrypted.
  return child(value, {"Value"}) && child(value, {"ValueDigest", "ValueMAC"}) &&
         child(container_, {"EncryptionMethod"});
}

bool PskcEncryption::misses_mac(const xml_node& value) const {
  return child(value, {"Value"}) && child(container_, {"EncryptionMethod"});
}

Result<Secret> PskcEncryption::read_key(const xml_node& head) const {
  if (child(head, {"X509Data", "EncryptedKey", "RetrievalMethod"})) {
    return refuse_file(
        "the file is encrypted for a certificate: ask for one with a key or password");
  }
  const auto cipher = cipher_named(attribute(head, {"Algorithm", "algorithm"}));
  if (const xml_node derived = child(head, {"DerivedKey"})) {
    LOCKSTEP_TRY(const Pbkdf2 how, read_derivation(child(derived, {"KeyDerivationMethod"})));
    return derive(how, *given_);
  }
  if (cipher && child(head, {"PBESalt"})) {
    LOCKSTEP_TRY(const Pbkdf2 how, read_draft_derivation(head, *cipher));
    return derive(how, *given_);
  }
  if (given_->preshared.empty()) {
    return refuse_file(given_->password.empty()
                           ? "the file is encrypted with a key: it has to be given"
                           : "the file is encrypted with a key and not with a password");
  }
  return given_->preshared.clone();
}

Result<void> PskcEncryption::read_mac(Head& head) const {
  const xml_node method = child(container_, {"MACMethod", "DigestMethod", "MACAlgorithm"});
  if (!method) return {};
  std::string_view named = attribute(method, {"Algorithm", "algorithm"});
  if (named.empty()) named = text_of(method);
  // python3-pskc writes such a method where the cipher needs none.
  if (named.empty()) return {};
  head.mac = mac_named(named);
  if (!head.mac) return refuse_file("the file's MAC method is not known");
  const xml_node encrypted = child(method, {"MACKey"});
  if (!encrypted) {
    if (child(method, {"MACKeyReference"})) {
      return refuse_file("the MAC has a key of its own that the file does not hold");
    }
    head.mac_key = head.key.clone();
    return {};
  }
  const std::string_view uri = cipher_uri(encrypted);
  const auto cipher = uri.empty() ? head.cipher : cipher_named(uri);
  const Result<Bytes> text = cipher_text(encrypted);
  if (!cipher || !text) return refuse_file("the MAC's key is not understood");
  Result<Secret> key = decrypt(head, Sealed{*cipher, *text, {}});
  // Nothing vouches for this key: with a wrong one the values' MACs will not fit.
  if (!key) return std::unexpected(key.error());
  head.mac_key = *std::move(key);
  return {};
}

Result<void> PskcEncryption::read_head() {
  const xml_node node = child(container_, {"EncryptionKey", "EncryptionMethod"});
  Head head;
  LOCKSTEP_TRY(head.key, read_key(node));
  head.cipher = cipher_named(attribute(node, {"Algorithm", "algorithm"}));
  const xml_node iv = child(node, {"IV"});
  if (iv) {
    Result<Bytes> bytes = parse_base64(iv.child_value());
    if (!bytes) return refuse_file("the file's IV is not base64");
    head.iv = *std::move(bytes);
  }
  LOCKSTEP_CHECK(read_mac(head));
  head_ = std::move(head);
  return {};
}

Result<PskcEncryption::Sealed> PskcEncryption::read_sealed(const xml_node& value) const {
  const xml_node encrypted = child(value, {"EncryptedValue"});
  const std::string_view uri = cipher_uri(encrypted);
  const auto cipher = uri.empty() ? head_->cipher : cipher_named(uri);
  if (!cipher) return refuse_value("its cipher is not known");
  Result<Bytes> text =
      encrypted ? cipher_text(encrypted) : parse_base64(child(value, {"Value"}).child_value());
  if (!text) return refuse_value("an encrypted value is not base64 or is missing");
  Bytes mac;
  if (const xml_node node = child(value, {"ValueMAC", "ValueDigest"})) {
    Result<Bytes> bytes = parse_base64(node.child_value());
    if (!bytes || bytes->empty()) return refuse_value("its MAC is not base64");
    mac = *std::move(bytes);
  }
  return Sealed{*cipher, *std::move(text), std::move(mac)};
}

Result<Secret> PskcEncryption::decrypt(const Head& head, const Sealed& sealed) const {
  if (!takes_key(sealed.cipher, head.key.size())) {
    return refuse_file("the key has not the length that the file's cipher takes");
  }
  Bytes text = head.iv;
  text.insert(text.end(), sealed.text.begin(), sealed.text.end());
  Result<Secret> plain = open_file_text(sealed.cipher, head.key, text);
  if (!plain && plain.error().code == Errc::corrupt) return wrong_key();
  return plain;
}

Result<Secret> PskcEncryption::open(const xml_node& value) {
  if (!head_) LOCKSTEP_CHECK(read_head());
  LOCKSTEP_TRY(const Sealed sealed, read_sealed(value));
  const bool checked = head_->mac && !sealed.mac.empty();
  if (!checked) {
    if (!authenticates(sealed.cipher.kind)) return refuse_value("it has no MAC");
    return decrypt(*head_, sealed);
  }
  if (constant_time_equal(hmac(*head_->mac, head_->mac_key, sealed.text), sealed.mac)) {
    return decrypt(*head_, sealed);
  }
  Result<Secret> plain = decrypt(*head_, sealed);
  if (!plain) return plain;
  if (!constant_time_equal(hmac(*head_->mac, head_->mac_key, plain->reveal()), sealed.mac)) {
    return wrong_key();
  }
  saw_mac_over_plaintext_ = true;
  return plain;
}

}  // namespace lockstep
