// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lockstep {

/// A text as a QR code (ISO/IEC 18004, made by libqrencode), with the quiet zone around it. At
/// error correction level M a picture with a scratch or a reflection can still be read.
class QrCode {
 public:
  /// Errors: invalid_input, when `text` is empty, has a NUL, or is longer than a QR code holds
  /// (2,331 bytes at this level).
  static Result<QrCode> of(std::string_view text);

  /// A drawing that scales: black on white whatever the page's colours, for `<img>` or as a file.
  [[nodiscard]] std::string svg() const;

  /// For a terminal of any colours that knows ANSI escapes and UTF-8; two rows of modules a line.
  [[nodiscard]] std::string terminal() const;

 private:
  QrCode(std::size_t width, std::string dark) : width_(width), dark_(std::move(dark)) {}

  [[nodiscard]] bool is_dark(std::size_t row, std::size_t column) const;

  std::size_t width_;  ///< modules, without the quiet zone
  std::string dark_;   ///< width² modules, row by row: '1' is dark
};

}  // namespace lockstep
