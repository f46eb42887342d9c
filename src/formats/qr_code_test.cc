// SPDX-License-Identifier: Apache-2.0
#include "formats/qr_code.h"

#include <array>
#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::HasSubstr;

constexpr const char* kUri =
    "otpauth://totp/Lockstep:%C3%A5sa?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Lockstep"
    "&algorithm=SHA1&digits=6&period=30";

/// What an independent reader (librsvg, ZBar) sees in a drawing.
std::string read_with_zbar(const std::string& svg, const std::string& name) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path + ".svg") << svg;
  const std::string command = "rsvg-convert -w 600 '" + path + ".svg' -o '" + path +
                              ".png' && zbarimg --raw -q '" + path + ".png'";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::string text;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  EXPECT_EQ(pclose(pipe), 0);
  for (const char* end : {".svg", ".png"}) (void)std::remove((path + end).c_str());
  return text;
}

/// The modules of a drawing for a terminal: a character for each, '#' is dark.
std::string modules_of(const std::string& terminal) {
  std::string rows;
  std::string upper;
  std::string lower;
  for (std::size_t i = 0; i < terminal.size();) {
    if (terminal[i] == '\x1b') {
      i = terminal.find('m', i) + 1;
      continue;
    }
    if (terminal[i] == '\n') {
      rows += upper + '\n' + lower + '\n';
      upper.clear();
      lower.clear();
      ++i;
      continue;
    }
    const bool block = terminal[i] != ' ';
    const std::string one = terminal.substr(i, block ? 3 : 1);
    upper += one == "█" || one == "▀" ? '#' : ' ';
    lower += one == "█" || one == "▄" ? '#' : ' ';
    i += one.size();
  }
  return rows;
}

/// A drawing as a reader's camera sees it, made from what is in the terminal.
std::string svg_of(const std::string& modules) {
  const std::size_t width = modules.find('\n');
  const std::string side = std::to_string(width + 1);
  std::string svg = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )" + side + ' ' + side +
                    R"("><rect width="100%" height="100%" fill="#fff"/>)";
  std::size_t row = 0;
  std::size_t column = 0;
  for (const char one : modules) {
    if (one == '#') {
      svg += "<rect x=\"" + std::to_string(column) + "\" y=\"" + std::to_string(row) +
             "\" width=\"1\" height=\"1\"/>";
    }
    column = one == '\n' ? 0 : column + 1;
    if (one == '\n') ++row;
  }
  return svg + "</svg>";
}

TEST(QrCode, IsReadByAnIndependentReader) {
  const auto code = QrCode::of(kUri);
  ASSERT_TRUE(code) << code.error().context;
  EXPECT_EQ(read_with_zbar(code->svg(), "qr_code"), std::string(kUri) + '\n');
}

TEST(QrCode, InATerminalIsReadToo) {
  const auto code = QrCode::of(kUri);
  ASSERT_TRUE(code);
  EXPECT_EQ(read_with_zbar(svg_of(modules_of(code->terminal())), "qr_code_terminal"),
            std::string(kUri) + '\n');
}

TEST(QrCode, HasALightBorderAndItsOwnColours) {
  const auto code = QrCode::of("x");
  ASSERT_TRUE(code);
  // The smallest symbol has 21 modules, and four of light on each side.
  EXPECT_THAT(code->svg(), HasSubstr(R"(viewBox="0 0 29 29")"));
  const std::string modules = modules_of(code->terminal());
  EXPECT_EQ(modules.substr(0, 30), std::string(29, ' ') + '\n');
  EXPECT_TRUE(code->terminal().starts_with("\x1b[30;107m"));
}

TEST(QrCode, RefusesWhatItCannotHold) {
  EXPECT_EQ(QrCode::of("").error().code, Errc::invalid_input);
  EXPECT_EQ(QrCode::of(std::string("a\0b", 3)).error().code, Errc::invalid_input);
  EXPECT_TRUE(QrCode::of(std::string(2331, 'a')));
  EXPECT_EQ(QrCode::of(std::string(2332, 'a')).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
