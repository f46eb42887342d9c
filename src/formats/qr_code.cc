// SPDX-License-Identifier: Apache-2.0
#include "formats/qr_code.h"

#include <memory>
#include <utility>

#include <fmt/format.h>
#include <qrencode.h>

#include "base/assert.h"

namespace lockstep {
namespace {

// ISO/IEC 18004 asks for four modules of light around the symbol.
constexpr std::size_t kQuiet = 4;

struct FreeQrCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

Result<QrCode> QrCode::of(std::string_view text) {
  if (text.empty() || text.find('\0') != std::string_view::npos) {
    return fail(Errc::invalid_input, "a QR code holds text of at least one byte without NUL");
  }
  const std::string terminated(text);
  constexpr int kSmallestThatFits = 0;
  const std::unique_ptr<QRcode, FreeQrCode> code(
      QRcode_encodeString8bit(terminated.c_str(), kSmallestThatFits, QR_ECLEVEL_M));
  if (code == nullptr) return fail(Errc::invalid_input, "the text is too long for a QR code");
  const auto width = static_cast<std::size_t>(code->width);
  std::string dark(width * width, '0');
  for (std::size_t i = 0; i < dark.size(); ++i) {
    constexpr unsigned kDark = 1;  // The other bits say what a module is for.
    if ((code->data[i] & kDark) != 0) dark[i] = '1';
  }
  return QrCode(width, std::move(dark));
}

bool QrCode::is_dark(std::size_t row, std::size_t column) const {
  if (row < kQuiet || column < kQuiet) return false;
  if (row >= kQuiet + width_ || column >= kQuiet + width_) return false;
  return dark_[((row - kQuiet) * width_) + (column - kQuiet)] == '1';
}

std::string QrCode::svg() const {
  const std::size_t side = width_ + (2 * kQuiet);
  std::string path;
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      if (is_dark(row, column)) path += fmt::format("M{} {}h1v1h-1z", column, row);
    }
  }
  return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" )"
                     R"(shape-rendering="crispEdges">)"
                     R"(<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{1}"/></svg>)",
                     side, path);
}

std::string QrCode::terminal() const {
  const std::size_t side = width_ + (2 * kQuiet);
  std::string out;
  for (std::size_t row = 0; row < side; row += 2) {
    out += "\x1b[30;107m";  // Black on bright white, also where the terminal is dark.
    for (std::size_t column = 0; column < side; ++column) {
      const bool upper = is_dark(row, column);
      const bool lower = is_dark(row + 1, column);
      if (upper && lower) {
        out += "█";
      } else if (upper) {
        out += "▀";
      } else {
        out += lower ? "▄" : " ";
      }
    }
    out += "\x1b[0m\n";
  }
  return out;
}

}  // namespace lockstep
