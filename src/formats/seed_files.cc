// SPDX-License-Identifier: Apache-2.0
#include "formats/seed_files.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/hex.h"
#include "formats/blanks.h"
#include "formats/csv_tokens.h"
#include "formats/pskc.h"

namespace lockstep {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLengthBytes = 4;

std::unexpected<Error> refuse(const char* what) { return fail(Errc::invalid_input, what); }

std::string_view text_of(const Secret& content) {
  const ByteView bytes = content.reveal();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The first element's name without prefix: enough to tell files apart, not to trust them.
std::string_view first_element(std::string_view text) {
  for (;;) {
    text.remove_prefix(std::min(text.find('<'), text.size()));
    if (text.empty()) return {};
    if (text.starts_with("<!--")) {
      text.remove_prefix(std::min(text.find("-->"), text.size()));
    } else if (text.starts_with("<?") || text.starts_with("<!")) {
      text.remove_prefix(2);
    } else {
      break;
    }
  }
  const std::string_view name =
      text.substr(1, std::min(text.find_first_of(" \t\r\n/>", 1), text.size()) - 1);
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// Why a file of another kind is not read, or nothing.
const char* unsupported(std::string_view text) {
  if (text.starts_with('<')) {
    const std::string_view root = first_element(text);
    if (root == "TKNBatch") return "this is an RSA .sdtid file: not supported yet";
    if (root == "Tokens") return "this is a SafeNet XML file: not supported yet";
    if (root == "data") return "this is a Deepnet XML file: not supported yet";
    return nullptr;
  }
  if (text.starts_with("# ===== SafeWord"))
    return "this is a SafeWord .dat file: not supported yet";
  if (text.starts_with("-----BEGIN PGP")) return "the file is encrypted with PGP: decrypt it first";
  if (text.starts_with("PK\x03\x04")) return "this is a zip archive: unpack it first";
  return nullptr;
}

void put(Bytes& out, const Secret& part) {
  for (std::size_t i = kLengthBytes; i > 0; --i) {
    out.push_back(static_cast<std::uint8_t>(part.size() >> (8 * (i - 1))));
  }
  out.insert(out.end(), part.reveal().begin(), part.reveal().end());
}

Result<Secret> take(ByteView& in) {
  if (in.size() < kLengthBytes) return fail(Errc::corrupt, "a kept seed file is damaged");
  std::size_t size = 0;
  for (const std::uint8_t byte : in.first(kLengthBytes)) size = (size << 8U) | byte;
  in = in.subspan(kLengthBytes);
  if (in.size() < size) return fail(Errc::corrupt, "a kept seed file is damaged");
  Secret part(in.first(size));
  in = in.subspan(size);
  return part;
}

}  // namespace

Result<SeedFile> read_seed_file(const Secret& content, const SeedFileOptions& options,
                                const SeedFileLimits& limits) {
  std::string_view text = text_of(content);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text = without_blanks(text);
  if (const char* why = unsupported(text)) return refuse(why);
  const bool xml = text.starts_with('<');
  if (options.format == SeedFormat::pskc || (!options.format && xml)) {
    return parse_pskc(content, options.key, limits);
  }
  if (xml) return refuse("the file is XML, which the named format is not");
  return parse_csv_tokens(content, {options.format, options.defaults, options.encoding}, limits);
}

Secret pack_seed_file(const Secret& content, const FileKey& key) {
  Bytes out;
  out.reserve(3 * kLengthBytes + key.preshared.size() + key.password.size() + content.size());
  put(out, key.preshared);
  put(out, key.password);
  put(out, content);
  return Secret(std::move(out));
}

Result<PackedSeedFile> unpack_seed_file(const Secret& packed) {
  ByteView rest = packed.reveal();
  PackedSeedFile file;
  LOCKSTEP_TRY(file.key.preshared, take(rest));
  LOCKSTEP_TRY(file.key.password, take(rest));
  LOCKSTEP_TRY(file.content, take(rest));
  if (!rest.empty()) return fail(Errc::corrupt, "a kept seed file is damaged");
  return file;
}

Result<Secret> parse_preshared_key(const Secret& text) {
  std::string compact;
  compact.reserve(text.size());
  std::ranges::copy_if(text_of(text), std::back_inserter(compact),
                       [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
  Result<Bytes> bytes = parse_hex(compact);
  wipe(std::span(reinterpret_cast<std::uint8_t*>(compact.data()), compact.size()));
  if (!bytes || bytes->empty()) return refuse("the key is not hexadecimal");
  return Secret(*std::move(bytes));
}

}  // namespace lockstep
