// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace lockstep {

/// What a build of web/ left behind, by name: "portal.html", "assets/index-BX1.js" and, beside it,
/// "assets/index-BX1.js.br" and ".gz".
using BuiltFiles = std::map<std::string, std::string, std::less<>>;

/// A file below /assets as it is sent. The encoded forms are empty where the build made none.
struct Asset {
  std::string type;   ///< "text/javascript"
  std::string etag;   ///< of the plain form, in quotation marks
  std::string plain;  ///< the bytes themselves
  std::string brotli;
  std::string gzip;
};

/// The pages and what they load, read-only: for many threads.
class PageFiles {
 public:
  /// Nothing at all: a server without pages.
  PageFiles() = default;
  /// Of `files`, the pages and what lies directly below "assets/"; anything else is left out, also
  /// an encoded form that has no plain one.
  explicit PageFiles(BuiltFiles files);

  /// The page "portal", as it was built, with its `__CSP_NONCE__`; null where there is none.
  [[nodiscard]] const std::string* page(std::string_view name) const;
  /// The file "index-BX1.js" below /assets; null where there is none.
  [[nodiscard]] const Asset* asset(std::string_view name) const;
  [[nodiscard]] bool empty() const { return pages_.empty(); }

 private:
  std::map<std::string, std::string, std::less<>> pages_;
  std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace lockstep
