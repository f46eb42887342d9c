// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_message.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "formats/base64.h"

namespace lockstep {
namespace {

constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321 section 4.5.3.1.3, less "<>".
constexpr std::size_t kLineMax = 76;           // Of quoted-printable.
/// So many bytes of text fit into an encoded word behind "Subject: " on a line of 76 characters.
constexpr std::size_t kWordBytesMax = 39;
/// A value so long needs no folding.
constexpr std::size_t kPlainMax = 64;
constexpr std::string_view kEnd = "\r\n";

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_one_line(std::string_view text) { return std::ranges::none_of(text, is_control); }

bool is_plain(std::string_view text) {
  const bool ascii = std::ranges::all_of(text, [](char c) { return c == ' ' || is_visible(c); });
  // What looks like an encoded word would be read as one.
  return ascii && text.size() <= kPlainMax && text.find("=?") == std::string_view::npos;
}

/// Whether a character of UTF-8 begins here.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

/// As much of `text` as one encoded word holds, ending between two characters.
std::size_t word_size(std::string_view text) {
  if (text.size() <= kWordBytesMax) return text.size();
  std::size_t size = kWordBytesMax;
  while (size > 1 && !begins_character(text[size])) --size;
  return size;
}

std::string quoted_name(std::string_view name) {
  if (!is_plain(name)) return encoded_words(name);
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// RFC 5322 section 3.3: "Sun, 22 Nov 2026 09:12:00 +0000".
std::string mail_date(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<Seconds>(time - day));
  return fmt::format(
      "{}, {:02} {} {} {:02}:{:02}:{:02} +0000", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

std::string part(std::string_view boundary, std::string_view type, std::string_view text) {
  return fmt::format(
      "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: "
      "quoted-printable\r\n\r\n{}\r\n",
      boundary, type, quoted_printable(text));
}

/// Appends one line without its end, cut into pieces by soft line breaks.
void append_line(std::string& result, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool blank_at_end = last && c == ' ';
    // A lone dot at the start of a line ends a mail for servers that count wrongly.
    const bool dot_first = column == 0 && c == '.';
    const bool plain = (c == ' ' || is_visible(c)) && c != '=' && !blank_at_end && !dot_first;
    const std::string piece =
        plain ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c));
    if (column + piece.size() > kLineMax - 1) {
      result += "=\r\n";
      column = 0;
    }
    result += piece;
    column += piece.size();
  }
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size()) return false;
  if (text.size() > kAddressBytesMax || text.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  constexpr std::string_view kSpecial = "()<>[]:;,\\\"";
  return std::ranges::all_of(
      text, [&](char c) { return is_visible(c) && kSpecial.find(c) == std::string_view::npos; });
}

std::string encoded_words(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string result;
  while (!text.empty()) {
    const std::size_t size = word_size(text);
    if (!result.empty()) result += "\r\n ";
    result += "=?UTF-8?B?" + to_base64(bytes_of(text.substr(0, size))) + "?=";
    text.remove_prefix(size);
  }
  return result;
}

std::string quoted_printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    append_line(result, text.substr(0, end));
    result += kEnd;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return result;
}

Result<std::string> mail_message(const MailHead& head, const MailText& text) {
  for (const std::string& address : {head.from.address, head.to}) {
    if (!is_mail_address(address)) return fail(Errc::invalid_input, "this is no mail address");
  }
  for (const std::string& line : {head.from.name, text.subject, head.id, head.language}) {
    if (!is_one_line(line)) {
      return fail(Errc::invalid_input, "a header field of a mail holds a control character");
    }
  }
  const std::string host = head.from.address.substr(head.from.address.find('@') + 1);
  // No text in quoted-printable holds "=_".
  const std::string boundary = "=_" + head.id;
  std::string message;
  message += "Date: " + mail_date(head.date) + "\r\n";
  message += "From: ";
  if (!head.from.name.empty()) message += quoted_name(head.from.name) + "\r\n ";
  message += "<" + head.from.address + ">\r\n";
  message += "To: <" + head.to + ">\r\n";
  message += "Subject: " + encoded_words(text.subject) + "\r\n";
  message += "Message-ID: <" + head.id + "@" + host + ">\r\n";
  message += "Auto-Submitted: auto-generated\r\n";  // RFC 3834: no out-of-office answers.
  if (!head.language.empty()) message += "Content-Language: " + head.language + "\r\n";
  message += "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"" +
             boundary + "\"\r\n\r\n";
  message += part(boundary, "text/plain", text.text);
  message += part(boundary, "text/html", text.html);
  message += "--" + boundary + "--\r\n";
  return message;
}

}  // namespace lockstep
