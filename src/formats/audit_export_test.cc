// SPDX-License-Identifier: Apache-2.0
#include "formats/audit_export.h"

#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lockstep {
namespace {

using Details = std::vector<std::pair<std::string, std::string>>;

AuditRecord record_of(std::string source, Details details) {
  AuditEvent event{.kind = EventKind::login_refused,
                   .at = WallTime(Micros(1'767'600'000'123'456)),
                   .actor = Actor("key:vpn")};
  event.user = UserName::parse("elif").value();
  event.serial = Serial::parse("A-1").value();
  event.reason = Reason::no_match;
  event.source = std::move(source);
  event.details = std::move(details);
  AuditRecord record{NodeId(7), 42, {}, std::move(event)};
  record.hash.fill(0xab);
  return record;
}

const std::string kHash(R"(abababababababababababababababababababababababababababababababab)");

TEST(Cef, HasTheHeaderAndTheKeysThatCollectorsKnow) {
  EXPECT_EQ(to_cef(record_of("vpn 10.0.0.1", {{"off", "12"}})),
            "CEF:0|Lockstep|Lockstep|1|login.refused|login.refused|5|rt=1767600000123 "
            "externalId=7-42 suser=key:vpn duser=elif cs1Label=serial cs1=A-1 cs2Label=hash cs2=" +
                kHash + " reason=no_match sourceServiceName=vpn 10.0.0.1 msg=off\\=12");
}

TEST(Cef, EscapesWhatItsValuesMayNotHold) {
  const std::string line = to_cef(record_of("a=b\\c|d\ne\rf\tg", {}));
  EXPECT_NE(line.find("sourceServiceName=a\\=b\\\\c|d\\ne\\rf g"), std::string::npos) << line;
}

TEST(Export, WhatSomebodyShouldSeeIsNoNote) {
  const std::pair<EventKind, std::pair<const char*, const char*>> cases[] = {
      {EventKind::token_auto_locked, {"|8|", "<81>"}},
      {EventKind::secret_unreadable, {"|8|", "<81>"}},
      {EventKind::not_me, {"|8|", "<81>"}},
      {EventKind::store_outcome_unknown, {"|5|", "<84>"}},
      {EventKind::audit_pruned, {"|5|", "<84>"}},
      {EventKind::mail_given_up, {"|5|", "<84>"}},
      {EventKind::operator_refused, {"|5|", "<84>"}},
      {EventKind::login_accepted, {"|2|", "<86>"}}};
  for (const auto& [kind, weights] : cases) {
    AuditRecord record = record_of("vpn", {});
    record.event.kind = kind;
    EXPECT_NE(to_cef(record).find(weights.first), std::string::npos) << name_of(kind);
    EXPECT_EQ(to_syslog(record).substr(0, 4), weights.second) << name_of(kind);
  }
}

TEST(Syslog, IsAMessageOfRfc5424) {
  EXPECT_EQ(to_syslog(record_of("vpn", {{"off", "12"}})),
            "<84>1 2026-01-05T08:00:00.123456Z - lockstep - login.refused [lockstep@32473 "
            "node=\"7\" seq=\"42\" hash=\"" +
                kHash +
                "\" actor=\"key:vpn\" user=\"elif\" serial=\"A-1\" reason=\"no_match\" "
                "source=\"vpn\" detail=\"off=12\"] login.refused");
}

TEST(Syslog, EscapesWhatItsValuesMayNotHold) {
  const std::string line = to_syslog(record_of("a\"b\\c]d\ne", {}));
  EXPECT_NE(line.find(R"(source="a\"b\\c\]d#012e")"), std::string::npos) << line;
}

constexpr char kQuote = '\x22';

bool is_one_line(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') return false;
  }
  return true;
}

/// The value that follows `start` in a CEF extension, as a collector reads it: up to an unescaped
/// '=', less the key in front of that.
std::optional<std::string> cef_value_after(const std::string& line, const std::string& start) {
  std::size_t at = line.find(start);
  if (at == std::string::npos) return std::nullopt;
  std::string value;
  for (at += start.size(); at < line.size(); ++at) {
    if (line[at] == '=') {
      value.resize(value.rfind(' '));
      break;
    }
    if (line[at] != '\\') {
      value += line[at];
      continue;
    }
    const char escaped = line[++at];
    value += escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped;
  }
  return value;
}

/// Texts of the characters that make trouble, and of letters that do not.
rc::Gen<std::string> texts() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                          "a", "=", "\\", "|", "\n", "\r", "\"", "]", " ", "ü", "漢", "x=")),
                      [](const std::vector<std::string>& parts) {
                        std::string text = "<";
                        for (const std::string& part : parts) text += part;
                        return text + ">";
                      });
}

RC_GTEST_PROP(Cef, AnyTextIsOneLineAndComesBack, ()) {
  const std::string source = *texts();
  const std::string line = to_cef(record_of(source, {{"note", *texts()}}));
  RC_ASSERT(is_one_line(line));
  RC_ASSERT(cef_value_after(line, " sourceServiceName=") == source);
}

RC_GTEST_PROP(Syslog, AnyTextIsOneLineAndComesBack, ()) {
  const std::string source = *texts();
  const std::string line = to_syslog(record_of(source, {{"note", *texts()}}));
  RC_ASSERT(is_one_line(line));
  std::string value;
  const std::string start = " source=\"";
  for (std::size_t at = line.find(start) + start.size(); line[at] != kQuote; ++at) {
    if (line[at] == '#') {
      value += static_cast<char>(std::stoi(line.substr(at + 1, 3), nullptr, 8));
      at += 3;
    } else {
      if (line[at] == '\\') ++at;
      value += line[at];
    }
  }
  RC_ASSERT(value == source);
}

}  // namespace
}  // namespace lockstep
