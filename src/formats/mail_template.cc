// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_template.h"

#include <optional>

#include <fmt/format.h>

namespace lockstep {
namespace {

constexpr std::string_view kCodeLine = "{code}";
constexpr std::string_view kLinesKept = "note";

constexpr std::string_view kPageHead =
    "<!doctype html>\n<html lang=\"{0}\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<meta name=\"color-scheme\" content=\"light dark\"><title>{1}</title></head>\n"
    "<body style=\"margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',"
    "sans-serif\">\n<div style=\"max-width:560px;margin:0 auto\">\n";
constexpr std::string_view kPageEnd = "</div></body></html>\n";
constexpr std::string_view kCodeStyle =
    "font:600 28px/1.3 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.22em;margin:0 0 16px";

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

std::string tame(std::string_view name, std::string_view value) {
  std::string text(value);
  for (char& c : text) {
    if (is_control(c) && (c != '\n' || name != kLinesKept)) c = ' ';
  }
  return text;
}

/// nullopt, where a place has no value.
std::optional<std::string> filled_line(std::string_view line, const MailValues& values) {
  std::string result;
  while (!line.empty()) {
    const std::size_t open = line.find('{');
    result += line.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = line.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view name = line.substr(open + 1, close - open - 1);
    const auto found = values.find(name);
    if (found == values.end() || found->second.empty()) return std::nullopt;
    result += tame(name, found->second);
    line.remove_prefix(close + 1);
  }
  return result;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\n':
        result += "<br>\n";
        break;
      default:
        result += c;
    }
  }
  return result;
}

/// One address, whole: a line that has blanks is a sentence.
bool is_address(std::string_view line) {
  const bool web = line.starts_with("https://") || line.starts_with("http://");
  return web && line.find_first_of(" \"<>") == std::string_view::npos;
}

std::string html_line(std::string_view line) {
  const std::string shown = escaped(line);
  return is_address(line) ? fmt::format(R"(<a href="{0}" style="color:#0e7385">{0}</a>)", shown)
                          : shown;
}

std::string_view first_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// What a mail is put together from, paragraph by paragraph.
struct Page {
  std::string text;
  std::string html;

  void add(std::string_view words, const MailValues& values) {
    std::string paragraph;
    std::string marked;
    bool code = false;
    while (!words.empty()) {
      const std::string_view line = first_line(words);
      const auto filled = filled_line(line, values);
      if (!filled) continue;
      code = code || line == kCodeLine;
      if (!paragraph.empty()) marked += "<br>\n";
      marked += html_line(*filled);
      paragraph += *filled + '\n';
    }
    if (paragraph.empty()) return;
    if (!text.empty()) text += '\n';
    text += paragraph;
    html += fmt::format("<p style=\"{}\">{}</p>\n", code ? kCodeStyle : "margin:0 0 16px", marked);
  }
};

}  // namespace

std::string fill_in(std::string_view words, const MailValues& values) {
  return filled_line(words, values).value_or("");
}

MailText fill_in_mail(std::string_view subject, std::string_view body, const MailValues& values,
                      std::string_view language) {
  MailText mail;
  mail.subject = fill_in(subject, values);
  Page page;
  page.html = fmt::format(kPageHead, escaped(language), escaped(mail.subject));
  while (!body.empty()) {
    const std::size_t end = body.find("\n\n");
    page.add(body.substr(0, end), values);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 2);
  }
  mail.text = std::move(page.text);
  mail.html = std::move(page.html) + std::string(kPageEnd);
  return mail;
}

}  // namespace lockstep
