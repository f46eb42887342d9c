// SPDX-License-Identifier: Apache-2.0
#include "service/audit_mirror.h"

#include "formats/audit_line.h"
#include "service/mirror_check.h"
#include "service/service_test_world.h"

namespace lockstep {
namespace {

/// A file in memory that can be rotated, torn and full.
class MemoryLines final : public LineFile {
 public:
  Result<void> open() override {
    moved = false;
    text.resize(text.rfind('\n') + 1);
    return {};
  }
  Result<void> read_back(const std::function<bool(std::string_view)>& visit) override {
    const auto all = lines();
    for (auto line = all.rbegin(); line != all.rend(); ++line) {
      if (!visit(*line)) break;
    }
    return {};
  }
  Result<void> append(std::string_view lines) override {
    const std::size_t left = room - std::min(room, text.size());
    if (left < lines.size()) {
      text += lines.substr(0, left);
      return fail(Errc::unavailable, "the disk is full");
    }
    text += lines;
    return {};
  }
  Result<void> sync() override {
    ++syncs;
    return {};
  }
  bool was_moved() override { return moved; }

  void rotate() {
    older += text;
    text.clear();
    moved = true;
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> result;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) result.push_back(line);
    return result;
  }

  std::string text;
  std::string older;
  bool moved = true;
  std::size_t room = 1UL << 30U;
  int syncs = 0;
};

class AuditMirrors : public World {
 public:
  void write(int count) {
    ChangeSet set;
    for (int i = 0; i < count; ++i) {
      set.events.push_back(
          AuditEvent{.kind = EventKind::login_refused, .at = clock.now().wall, .source = "vpn"});
    }
    ASSERT_TRUE(store.commit(std::move(set)));
  }
  MirrorVerdict check() {
    MirrorCheck check(services->audit.public_key(), {});
    feed(check, file.older);
    feed(check, file.text);
    return check.finish();
  }
  static void feed(MirrorCheck& check, const std::string& text) {
    if (text.empty()) return;
    check.begin_file();
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) check.visit(line);
  }
  void expect_whole() {
    const MirrorVerdict verdict = check();
    EXPECT_FALSE(verdict.broken) << verdict.broken->line;
    ASSERT_EQ(verdict.chains.size(), 1U);
    EXPECT_EQ(verdict.chains[0].end, store.own_chain().head);
  }

  MemoryLines file;
};

TEST_F(AuditMirrors, CopiesEveryRecordAndEverySignedHead) {
  AuditMirror mirror(store, file);
  write(3);
  ASSERT_TRUE(sign_audit(*services));
  EXPECT_EQ(mirror.step().value(), 0U);
  write(2);
  EXPECT_EQ(mirror.step().value(), 0U);
  EXPECT_EQ(mirror.step().value(), 0U) << "nothing new";
  EXPECT_EQ(file.syncs, 2);
  expect_whole();
  const auto lines = file.lines();
  ASSERT_EQ(lines.size(), 7U);
  const auto head = std::get<HeadLine>(parse_audit_line(lines[4]).value());
  EXPECT_EQ(head.head, store.signed_heads().value().at(0));
}

TEST_F(AuditMirrors, GoesOnWhereTheFileEndsAfterARestart) {
  for (int i = 0; i < 4; ++i) {
    AuditMirror mirror(store, file);
    write(2);
    if (i != 2) {
      ASSERT_TRUE(sign_audit(*services));
    }
    EXPECT_EQ(mirror.step().value(), 0U);
  }
  expect_whole();
  EXPECT_EQ(check().records, 9U);
}

TEST_F(AuditMirrors, ATornEndIsWrittenAgainWhereverItWasTorn) {
  write(3);
  ASSERT_TRUE(sign_audit(*services));
  AuditMirror first(store, file);
  ASSERT_TRUE(first.step());
  const std::string whole = file.text;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    file.text = whole.substr(0, length);
    file.moved = true;
    AuditMirror mirror(store, file);
    ASSERT_EQ(mirror.step().value(), 0U) << length;
    ASSERT_EQ(file.text, whole) << length;
  }
}

TEST_F(AuditMirrors, AFullDiskIsAnErrorAndLosesNothing) {
  AuditMirror mirror(store, file);
  write(5);
  file.room = 700;
  EXPECT_EQ(mirror.step().error().code, Errc::unavailable);
  EXPECT_EQ(mirror.step().error().code, Errc::unavailable);
  file.room = 1UL << 30U;
  EXPECT_EQ(mirror.step().value(), 0U);
  expect_whole();
}

TEST_F(AuditMirrors, ARotatedFileSaysWhereItGoesOn) {
  AuditMirror mirror(store, file);
  write(3);
  ASSERT_TRUE(sign_audit(*services));
  ASSERT_TRUE(mirror.step());
  file.rotate();
  write(2);
  ASSERT_TRUE(sign_audit(*services));
  ASSERT_TRUE(mirror.step());
  EXPECT_TRUE(std::holds_alternative<FromLine>(parse_audit_line(file.lines().at(0)).value()));
  expect_whole();
  EXPECT_EQ(check().records, 6U);
  // The new file alone is enough to go on from, too.
  write(1);
  AuditMirror restarted(store, file);
  ASSERT_TRUE(restarted.step());
  expect_whole();
}

TEST_F(AuditMirrors, RecordsPrunedBeforeTheyWereCopiedLeaveAVisibleGap) {
  AuditMirror mirror(store, file);
  ASSERT_TRUE(mirror.step());
  write(5);
  const OwnChain chain = store.own_chain();
  ASSERT_TRUE(
      store.commit(ChangeSet{{KeepCheckpoint{sign_head(HeadClaim::removed, chain.node, chain.head,
                                                       clock.now().wall, services->audit.key())
                                                 .value()}},
                             {}}));
  ASSERT_TRUE(store.prune_audit(chain.node, 100));
  write(2);
  EXPECT_EQ(mirror.step().value(), 0U);
  ASSERT_TRUE(check().broken);
  EXPECT_EQ(check().broken->what.kind, AuditBreak::Kind::gap);
}

TEST_F(AuditMirrors, AnOlderStoreIsNotMixedIntoTheFile) {
  AuditMirror mirror(store, file);
  write(5);
  ASSERT_TRUE(mirror.step());
  const std::string before = file.text;
  MemoryStore older(store.own_chain().node);
  ASSERT_TRUE(older.commit(ChangeSet{{}, {AuditEvent{.kind = EventKind::login_refused}}}));
  AuditMirror after(older, file);
  EXPECT_EQ(after.step().error().code, Errc::corrupt);
  EXPECT_EQ(after.step().error().code, Errc::corrupt);
  EXPECT_EQ(file.text, before);
  file.rotate();
  EXPECT_EQ(after.step().value(), 0U) << "moved away: the new one holds the whole chain";
  EXPECT_EQ(file.lines().size(), 1U);
}

TEST_F(AuditMirrors, AStepIsBoundedAndSaysWhatIsLeft) {
  write(25'000);
  AuditMirror mirror(store, file);
  EXPECT_EQ(mirror.step().value(), 25'001 - AuditMirror::kStepRecordsMax);
  EXPECT_EQ(mirror.step().value(), 0U);
  expect_whole();
}

}  // namespace
}  // namespace lockstep
