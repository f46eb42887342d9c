// SPDX-License-Identifier: Apache-2.0
#include "app/restore.h"

#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sql/sql_store.h"
#include "adapters/system/key_file.h"
#include "adapters/system/system_random.h"
#include "app/data_directory.h"
#include "app/serve.h"
#include "formats/audit_line.h"
#include "service/api_keys.h"
#include "service/authenticate.h"
#include "service/tokens.h"
#include "service/users.h"
#include "testing/fake_clock.h"
#include "testing/simulated_token.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

void quietly(std::string_view /*stage*/, std::uint64_t /*done*/, std::uint64_t /*total*/) {}

Result<void> no_word(std::uint64_t /*done*/, std::uint64_t /*total*/) { return {}; }

const UserName kAnna = UserName::parse("anna").value();

/// A server with one card, a backup, and log-ins after it.
class Restore : public testing::Test {
 protected:
  Restore() {
    directory_.emplace(PassingDirectory::make().value());
    EXPECT_TRUE(create_data_directory(data(), random_));
    Site site = open_site(data(), clock_, random_).value();
    const Context owner = begin(*site.services, owner_caller());
    EXPECT_TRUE(upsert_user(*site.services, owner, kAnna, {}, {}));
    NewToken card{.serial = Serial::parse("C-1").value(),
                  .spec = {.kind = TokenKind::hotp},
                  .next = Position(10),
                  .seed = Secret(Bytes(20, 3)),
                  .owner = kAnna};
    EXPECT_TRUE(create_token(*site.services, owner, std::move(card)));
    card_.set_counter(Position(10));
    EXPECT_TRUE(log_in(site, card_.press()));
    EXPECT_TRUE(site.archive->back_up(backup(), clock_.now().wall, no_word));
    for (int i = 0; i < 3; ++i) {
      used_.push_back(card_.press());
      EXPECT_TRUE(log_in(site, used_.back()));
    }
    write_mirror(*site.store);
  }

  [[nodiscard]] std::filesystem::path data() const { return directory_->path() / "data"; }
  [[nodiscard]] std::filesystem::path backup() const { return directory_->path() / "b.lsb"; }
  [[nodiscard]] std::filesystem::path mirror() const { return directory_->path() / "audit.jsonl"; }

  void write_mirror(Store& store) {
    std::ofstream file(mirror());
    EXPECT_TRUE(store.audit_scan([&](const AuditRecord& record) -> Result<void> {
      file << to_line(record) << '\n';
      return {};
    }));
  }

  bool log_in(Site& site, const std::string& code) {
    LoginRequest request;
    request.user = "anna";
    request.code = code;
    const Caller caller{Actor("key:vpn"), {Permission::authenticate}, "vpn"};
    const auto answer =
        authenticate(*site.services, begin(*site.services, caller), std::move(request));
    return answer.value().verdict == Verdict::accept;
  }

  [[nodiscard]] RestoreOptions options() const {
    RestoreOptions made;
    made.backup = backup();
    made.data = data();
    made.replace = true;
    return made;
  }
  Result<RestoreReport> run(const RestoreOptions& wanted) {
    return restore(wanted, clock_, random_, quietly);
  }
  Site open() { return open_site(data(), clock_, random_).value(); }

  SystemRandom random_;
  FakeClock clock_;
  SimulatedToken card_{{.kind = TokenKind::hotp}, Secret(Bytes(20, 3))};
  std::vector<std::string> used_;
  std::optional<PassingDirectory> directory_;
};

TEST_F(Restore, WithTheMirrorNothingIsAcceptedTwiceAndTheNextCodeIs) {
  RestoreOptions wanted = options();
  wanted.mirrors = {mirror()};
  const auto report = run(wanted);
  ASSERT_TRUE(report) << report.error().context;
  EXPECT_EQ(report->replay->records, 3U);
  EXPECT_EQ(report->replay->tokens, 1U);
  EXPECT_EQ(report->seeds_opened, 1U);
  Site site = open();
  for (const std::string& code : used_) EXPECT_FALSE(log_in(site, code));
  EXPECT_TRUE(log_in(site, card_.press()));
  // The records of the lost store are here again, where a head that was signed for them looks.
  EXPECT_EQ(site.store->audit_heads().value().size(), 2U);
  EXPECT_TRUE(std::filesystem::exists(*report->kept / "lockstep.db"));
}

TEST_F(Restore, WithoutItACardAsksForTwoCodesOnce) {
  const auto report = run(options());
  ASSERT_TRUE(report) << report.error().context;
  EXPECT_EQ(report->tokens_fenced, 1U);
  Site site = open();
  for (const std::string& code : used_) {
    EXPECT_FALSE(log_in(site, code));
    clock_.advance(Seconds(181));
  }
  EXPECT_FALSE(log_in(site, card_.press()));
  EXPECT_TRUE(log_in(site, card_.press()));
  EXPECT_TRUE(log_in(site, card_.press()));
}

TEST_F(Restore, AMirrorThatWasEditedOrLacksRecordsChangesNothing) {
  std::ifstream in(mirror());
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  in.close();
  RestoreOptions wanted = options();
  wanted.mirrors = {mirror()};
  const auto with = [&](const std::vector<std::string>& text) {
    std::ofstream out(mirror());
    for (const std::string& line : text) out << line << '\n';
    out.close();
    return run(wanted);
  };
  std::vector<std::string> gap = lines;
  gap.erase(gap.end() - 2);
  EXPECT_THAT(with(gap).error().context, HasSubstr("lacks the records"));
  std::vector<std::string> edited = lines;
  edited.back().replace(edited.back().find("anna"), 4, "bert");
  EXPECT_EQ(with(edited).error().code, Errc::corrupt);
  EXPECT_FALSE(std::filesystem::exists(data() / "restore.part"));
  Site site = open();
  EXPECT_FALSE(log_in(site, used_.back())) << "the store is the one of before";
  EXPECT_TRUE(log_in(site, card_.press()));
}

TEST_F(Restore, AHalfLineAtTheEndOfTheMirrorIsLeftOut) {
  std::ofstream(mirror(), std::ios::app) << R"({"node":")";
  RestoreOptions wanted = options();
  wanted.mirrors = {mirror()};
  EXPECT_TRUE(run(wanted));
}

TEST_F(Restore, RefusesWhereItWouldHarm) {
  RestoreOptions wanted = options();
  wanted.replace = false;
  EXPECT_EQ(run(wanted).error().code, Errc::conflict);
  {
    const Site site = open();
    EXPECT_THAT(run(options()).error().context, HasSubstr("in use by another Lockstep"));
  }
  wanted = options();
  wanted.data = directory_->path() / "nowhere";
  EXPECT_EQ(run(wanted).error().code, Errc::not_found);
  std::filesystem::create_directory(wanted.data);
  EXPECT_THAT(run(wanted).error().context, HasSubstr("there is no key"));
  ASSERT_TRUE(create_key_file(wanted.data / "key"));
  EXPECT_EQ(run(wanted).error().code, Errc::corrupt) << "a key of another store";
  EXPECT_FALSE(std::filesystem::exists(wanted.data / "lockstep.db"));
  wanted.backup = mirror();
  EXPECT_THAT(run(wanted).error().context, HasSubstr("is no backup"));
}

TEST_F(Restore, OnANewMachineTheKeyIsEnough) {
  RestoreOptions wanted = options();
  wanted.replace = false;
  wanted.data = directory_->path() / "new";
  std::filesystem::create_directory(wanted.data);
  std::filesystem::copy_file(key_file_path(data()), wanted.data / "key");
  const auto report = run(wanted);
  ASSERT_TRUE(report) << report.error().context;
  EXPECT_FALSE(report->kept);
  EXPECT_TRUE(open_site(wanted.data, clock_, random_));
}

TEST_F(Restore, TryingItChangesNothingAndASeverMayRun) {
  const Site site = open();
  RestoreOptions wanted = options();
  const auto report = check_backup(wanted, clock_, random_, quietly);
  ASSERT_TRUE(report) << report.error().context;
  EXPECT_EQ(report->seeds_opened, 1U);
  EXPECT_GT(report->audit_records, 0U);
  wanted.data = "/nonexistent";
  EXPECT_TRUE(check_backup(wanted, clock_, random_, quietly)) << "also without the key";
}

}  // namespace
}  // namespace lockstep
