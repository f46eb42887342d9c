// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc.h"

#include <fmt/format.h>

#include "formats/pskc_encryption.h"
#include "formats/pskc_key.h"
#include "formats/pskc_xml.h"

namespace lockstep {
namespace {

using pugi::xml_node;

std::string name_of_key(const xml_node& device, const xml_node& key) {
  const std::string_view serial = text_of(child(device, {"SerialNo"}));
  const std::string_view name =
      serial.empty() ? attribute(key, {"Id", "KeyId", "SecretId"}) : serial;
  return std::string(name);
}

/// Reads the keys one after the other; what stops the file comes back as its error.
class Reader {
 public:
  Reader(const xml_node& container, const FileKey& key, const SeedFileLimits& limits)
      : container_(container), encryption_(container, key), limits_(limits) {
    file_.format = SeedFormat::pskc;
  }

  Result<SeedFile> read() {
    for (const xml_node& package : children(container_, {"KeyPackage", "Device"})) {
      LOCKSTEP_CHECK(read_package(package));
    }
    if (number_ == 0) return fail(Errc::invalid_input, "no keys in the container");
    if (child(container_, {"Signature"})) {
      file_.notes.emplace_back("the file is signed; the signature was not checked");
    }
    if (encryption_.saw_mac_over_plaintext()) {
      file_.notes.emplace_back(
          "its MACs are over the plaintext, as drafts of RFC 6030 had it, and not over the "
          "ciphertext");
    }
    return std::move(file_);
  }

 private:
  Result<void> read_package(const xml_node& package) {
    const xml_node device = child(package, {"DeviceInfo", "DeviceId"});
    const std::vector<xml_node> keys = children(package, {"Key", "Secret"});
    if (keys.empty()) {
      LOCKSTEP_TRY(const PskcKey none, next(device, {}));
      reject(none, "the package holds no key");
    }
    for (const xml_node& key : keys) {
      if (is_pin_key(key)) continue;
      LOCKSTEP_TRY(const PskcKey one, next(device, key));
      Result<SeedRecord> record = read_pskc_key(one, encryption_);
      if (record) {
        file_.records.push_back(*std::move(record));
      } else if (record.error().code == Errc::invalid_input) {
        reject(one, record.error().context);
      } else if (record.error().code == Errc::corrupt) {
        return fail(Errc::invalid_input, fmt::format("key {} ({}): {}", one.number, shown(one.name),
                                                     record.error().context));
      } else {
        return std::unexpected(std::move(record).error());
      }
    }
    return {};
  }

  Result<PskcKey> next(const xml_node& device, const xml_node& key) {
    if (number_ == limits_.tokens_max) {
      return fail(Errc::invalid_input, fmt::format("more than {} keys", limits_.tokens_max));
    }
    return PskcKey{device, key, ++number_, name_of_key(device, key)};
  }

  void reject(const PskcKey& key, std::string why) {
    file_.rejected.push_back(RejectedSeed{key.number, shown(key.name), std::move(why)});
  }

  xml_node container_;
  PskcEncryption encryption_;
  SeedFileLimits limits_;
  std::size_t number_ = 0;
  SeedFile file_;
};

}  // namespace

Result<SeedFile> parse_pskc(const Secret& file, const FileKey& key, const SeedFileLimits& limits) {
  if (file.size() > limits.bytes_max) {
    return fail(Errc::invalid_input, "the file is too large");
  }
  XmlDocument document;
  LOCKSTEP_CHECK(document.load(file.reveal(), kPskcDepthMax));
  const xml_node container = document.root();
  if (!is_named(container, {"KeyContainer", "SecretContainer"})) {
    return fail(Errc::invalid_input, "no PSKC: there is no KeyContainer");
  }
  return Reader(container, key, limits).read();
}

}  // namespace lockstep
