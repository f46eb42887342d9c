// SPDX-License-Identifier: Apache-2.0
#include "formats/audit_line.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

AuditRecord record_with(std::string source, bool all = true) {
  AuditEvent event{.kind = EventKind::login_accepted,
                   .at = WallTime(Micros(1'767'600'000'123'456)),
                   .actor = Actor("key:vpn")};
  if (all) {
    event.user = UserName::parse("elif").value();
    event.serial = Serial::parse("1005897824").value();
    event.reason = Reason::next_code;
    event.details = {{"position", "1842"}, {"next", "1005897824@1843"}, {"", ""}};
  }
  event.source = std::move(source);
  return link(NodeId(9'007'199'254'740'993), {41, {}}, std::move(event));
}

SignedHead head() {
  const SigningKey key = SigningKey::from(Secret(Bytes(SigningKey::kBytes, 1))).value();
  return sign_head(HeadClaim::reached, NodeId(7), {42, {}}, WallTime(Seconds(1'767'600'000)), key)
      .value();
}

TEST(AuditLine, EverythingComesBack) {
  const std::string awkward = "a\"b\\c\n\r\t|=]\x01\x7f ü 漢 🔑";
  for (const AuditRecord& record : {record_with(awkward), record_with("", false)}) {
    const auto read = parse_audit_line(to_line(record));
    ASSERT_TRUE(read) << read.error().context;
    const AuditRecord& back = std::get<AuditRecord>(*read);
    EXPECT_EQ(back.node, record.node);
    EXPECT_EQ(back.seq, record.seq);
    EXPECT_EQ(back.hash, record.hash);
    EXPECT_EQ(canonical(back.event), canonical(record.event));
    EXPECT_TRUE(follows({41, {}}, back)) << "the hash can be computed from the line alone";
  }
  const HeadLine line{head(), 40};
  EXPECT_EQ(std::get<HeadLine>(parse_audit_line(to_line(line)).value()), line);
  const FromLine from{NodeId(7), {42, head().head.hash}};
  EXPECT_EQ(std::get<FromLine>(parse_audit_line(to_line(from)).value()), from);
}

TEST(AuditLine, IsOneLine) {
  EXPECT_EQ(to_line(record_with("a\nb\r")).find_first_of("\n\r"), std::string::npos);
}

TEST(AuditLine, LooksAsTheReferenceSays) {
  AuditRecord record = record_with("vpn", false);
  record.hash = {};
  EXPECT_EQ(to_line(record), R"({"node":"9007199254740993","seq":42,"hash":")" +
                                 std::string(64, '0') +
                                 R"(","kind":"login.accepted","at":"2026-01-05T08:00:00.123456Z",)"
                                 R"("actor":"key:vpn","source":"vpn","details":[]})");
}

TEST(AuditLine, EveryFlippedBitIsRefusedOrReadAsSomethingElse) {
  for (const AuditLine& line : {AuditLine(record_with("vpn Ä\n")), AuditLine(HeadLine{head(), 3}),
                                AuditLine(FromLine{NodeId(7), {42, {}}})}) {
    const std::string text = to_line(line);
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
      std::string edited = text;
      edited[bit / 8] = static_cast<char>(edited[bit / 8] ^ (1 << (bit % 8)));
      const auto read = parse_audit_line(edited);
      if (!read) continue;
      EXPECT_EQ(to_line(*read), edited) << "two spellings of one line";
    }
  }
}

TEST(AuditLine, OtherSpellingsAndOtherThingsAreRefused) {
  const std::string good = to_line(record_with("vpn"));
  for (const std::string& bad :
       {good + " ", " " + good, good.substr(0, good.size() - 1), std::string("{}"), std::string(),
        std::string("[1]"), std::string(R"({"from":1})"), std::string(R"({"head":{}})"),
        good.substr(0, good.size() - 1) + R"(,"more":1})",
        std::string(kAuditLineBytesMax + 1, ' ')}) {
    EXPECT_FALSE(parse_audit_line(bad)) << bad.substr(0, 200);
  }
  std::string upper = good;
  upper.replace(upper.find("elif"), 4, "ELIF");
  EXPECT_FALSE(parse_audit_line(upper)) << "a name folds, its spelling does not pass";
}

}  // namespace
}  // namespace lockstep
