// SPDX-License-Identifier: Apache-2.0
#include "front/pages/page_files.h"

#include <array>
#include <optional>
#include <utility>

#include "base/hex.h"
#include "crypto/digest.h"

namespace lockstep {
namespace {

constexpr std::string_view kPageEnding = ".html";
constexpr std::string_view kAssets = "assets/";
/// Half a SHA-256 tells two builds apart.
constexpr std::size_t kEtagBytes = 16;

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes = {{
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
}};

std::string type_of(std::string_view name) {
  for (const auto& [ending, type] : kTypes) {
    if (name.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

std::string etag_of(std::string_view content) {
  const Sha256Digest digest =
      sha256(ByteView(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
  return '"' + to_hex(ByteView(digest).first(kEtagBytes)) + '"';
}

/// `name` without `ending`; nullopt where it has another.
std::optional<std::string> before(std::string_view name, std::string_view ending) {
  if (!name.ends_with(ending)) return std::nullopt;
  return std::string(name.substr(0, name.size() - ending.size()));
}

}  // namespace

PageFiles::PageFiles(BuiltFiles files) {
  BuiltFiles encoded;
  for (auto& [path, content] : files) {
    if (path.find('/') == std::string::npos) {
      if (const auto name = before(path, kPageEnding)) pages_[*name] = std::move(content);
      continue;
    }
    if (!path.starts_with(kAssets)) continue;
    std::string name = path.substr(kAssets.size());
    if (name.empty() || name.find('/') != std::string::npos) continue;
    if (name.ends_with(".br") || name.ends_with(".gz")) {
      encoded[std::move(name)] = std::move(content);
      continue;
    }
    Asset& asset = assets_[name];
    asset.type = type_of(name);
    asset.etag = etag_of(content);
    asset.plain = std::move(content);
  }
  for (auto& [name, asset] : assets_) {
    if (const auto found = encoded.find(name + ".br"); found != encoded.end()) {
      asset.brotli = std::move(found->second);
    }
    if (const auto found = encoded.find(name + ".gz"); found != encoded.end()) {
      asset.gzip = std::move(found->second);
    }
  }
}

const std::string* PageFiles::page(std::string_view name) const {
  const auto found = pages_.find(name);
  return found == pages_.end() ? nullptr : &found->second;
}

const Asset* PageFiles::asset(std::string_view name) const {
  const auto found = assets_.find(name);
  return found == assets_.end() ? nullptr : &found->second;
}

}  // namespace lockstep
