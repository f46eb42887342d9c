// SPDX-License-Identifier: Apache-2.0
// What a batch does when a part says no, and when nobody knows whether it was committed. On a real
// server; only the loss is made up.
#include "adapters/sql/pipelined_batch.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sql/changes.h"
#include "adapters/sql/postgres/postgres_fixture.h"

namespace lockstep {
namespace {

using testing::ElementsAre;

/// When a connection is to be lost.
enum class Loss { never, before_commit, commit_not_done, commit_done };

/// A connection that is lost when it is told to, and is back for the next transaction.
class LosingConnection final : public PipelinedConnection {
 public:
  explicit LosingConnection(std::function<std::unique_ptr<PipelinedConnection>()> connect)
      : connect_(std::move(connect)), inner_(connect_()) {}

  void lose(Loss loss) { loss_ = loss; }
  /// How many transactions were begun.
  [[nodiscard]] int begun() const { return begun_; }

  Result<std::unique_ptr<Rows>> query(std::string_view sql, Parameters parameters) override {
    return inner_->query(sql, parameters);
  }
  Result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override {
    return inner_->execute(sql, parameters);
  }
  Result<void> queue(std::string_view sql, Parameters parameters) override {
    return inner_->queue(sql, parameters);
  }
  Result<void> queue_one(std::string_view sql, Parameters parameters, Error otherwise) override {
    return inner_->queue_one(sql, parameters, std::move(otherwise));
  }
  Result<void> script(const char* sql) override { return inner_->script(sql); }
  Result<void> begin_read() override { return inner_->begin_read(); }
  Result<void> end_read() override { return inner_->end_read(); }
  Result<void> begin_write() override {
    if (!inner_) inner_ = connect_();
    aftermath_.reset();
    ++begun_;
    return inner_->begin_write();
  }
  Result<void> commit() override {
    const Loss loss = std::exchange(loss_, Loss::never);
    if (loss == Loss::never) return inner_->commit();
    if (loss == Loss::commit_done) {
      EXPECT_TRUE(inner_->commit());
    }
    aftermath_ = loss == Loss::before_commit ? Aftermath::not_written : Aftermath::unknown;
    inner_.reset();
    ++losses_;
    return fail(Errc::unavailable, "lost");
  }
  Result<void> rollback() override { return inner_ ? inner_->rollback() : Result<void>(); }
  Result<void> begin_part() override { return inner_->begin_part(); }
  Result<void> keep_part() override { return inner_->keep_part(); }
  Result<void> drop_part() override { return inner_->drop_part(); }
  [[nodiscard]] std::string_view row_lock() const override { return inner_->row_lock(); }
  void tidy_up() override {}
  void set_part(std::size_t part) override { inner_->set_part(part); }
  Result<void> settle() override { return inner_->settle(); }
  [[nodiscard]] const std::vector<std::size_t>& failed_parts() const override {
    return inner_->failed_parts();
  }
  [[nodiscard]] Aftermath aftermath() const override {
    return aftermath_ ? *aftermath_ : inner_->aftermath();
  }
  [[nodiscard]] std::uint64_t session() const override { return 1 + losses_; }

 private:
  std::function<std::unique_ptr<PipelinedConnection>()> connect_;
  std::unique_ptr<PipelinedConnection> inner_;
  std::optional<Aftermath> aftermath_;
  Loss loss_ = Loss::never;
  std::uint64_t losses_ = 0;
  int begun_ = 0;
};

class Batches : public OnPostgres {
 protected:
  Batches() {
    auto connection = std::make_unique<LosingConnection>([this] { return connect(); });
    connection_ = connection.get();
    AuditLog log = AuditLog::load(*connection, NodeId(77)).value();
    batch_ = std::make_unique<PipelinedBatch>(
        std::move(connection), std::move(log),
        []() -> Result<NodeId> { return fail(Errc::unavailable, "nobody else is here"); });
    for (std::uint64_t user = 1; user <= 3; ++user) EXPECT_TRUE(store().commit(one_user(user)));
  }

  Store& store() { return *node_->store; }

  /// What a log-in of a user does, decided upon what is there now.
  Job log_in(std::uint64_t user) {
    const Situation seen = store().situation(name(user)).value();
    const ChangeSet set = step_on(seen);
    Job job;
    job.hoped = [set](Connection& database, AuditLog& log) -> Result<void> {
      for (const Change& change : set.changes) LOCKSTEP_CHECK(apply(database, change));
      return log.append(database, set.events);
    };
    job.sure = [this](Connection&, AuditLog&) -> Result<void> {
      ++decided_anew_;
      return fail(Errc::not_allowed, "too late");
    };
    return job;
  }

  std::vector<std::string> carry_out(const std::vector<Job>& jobs) {
    std::vector<BatchEntry> entries;
    for (const Job& job : jobs) entries.push_back({&job});
    std::vector<std::string> answers;
    for (const Result<void>& one : batch_->carry_out(entries)) {
      answers.push_back(one ? "written" : one.error().code == Errc::unavailable ? "away" : "no");
    }
    return answers;
  }
  std::vector<std::uint64_t> positions() {
    return {position(store(), 1), position(store(), 2), position(store(), 3)};
  }

  std::unique_ptr<Node> node_ = node(1);
  LosingConnection* connection_ = nullptr;
  std::unique_ptr<PipelinedBatch> batch_;
  int decided_anew_ = 0;
};

TEST_F(Batches, WhatWasDecidedBeforeIsOneTransaction) {
  EXPECT_THAT(carry_out({log_in(1), log_in(2), log_in(3)}),
              ElementsAre("written", "written", "written"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 1));
  EXPECT_EQ(connection_->begun(), 1);
  EXPECT_EQ(decided_anew_, 0);
  EXPECT_EQ(verified_records(store()), 3U);
  EXPECT_EQ(batch_->own_chain().head.seq, 3U);
}

TEST_F(Batches, APartThatWasOvertakenDecidesAnewAndTheOthersAreWritten) {
  const std::vector<Job> jobs = {log_in(1), log_in(2), log_in(3)};
  ASSERT_TRUE(store().attempt(name(2), step_on));
  EXPECT_THAT(carry_out(jobs), ElementsAre("written", "no", "written"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 1));
  EXPECT_GE(decided_anew_, 1);
  EXPECT_EQ(verified_records(store()), 3U);
}

TEST_F(Batches, AWholeBatchThatSaysNoWritesNothing) {
  const std::vector<Job> jobs = {log_in(1), log_in(2)};
  ASSERT_TRUE(store().attempt(name(1), step_on));
  ASSERT_TRUE(store().attempt(name(2), step_on));
  EXPECT_THAT(carry_out(jobs), ElementsAre("no", "no"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 0));
}

TEST_F(Batches, OneThatWaitedDecidesAnew) {
  const Job job = log_in(1);
  const BatchEntry entry{&job, true};
  EXPECT_FALSE(batch_->carry_out({&entry, 1}).at(0));
  EXPECT_GE(decided_anew_, 1);
}

TEST_F(Batches, AConnectionLostBeforeTheCommitIsTriedAgain) {
  const std::vector<Job> jobs = {log_in(1), log_in(2)};
  connection_->lose(Loss::before_commit);
  EXPECT_THAT(carry_out(jobs), ElementsAre("written", "written"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 0));
  EXPECT_EQ(connection_->begun(), 2);
  EXPECT_EQ(verified_records(store()), 2U);
  EXPECT_EQ(records_of(store(), EventKind::store_outcome_unknown), 0U);
}

TEST_F(Batches, ACommitThatWasNotDoneIsRefusedAndItsCodesAreSpentAfterwards) {
  const std::vector<Job> lost = {log_in(1), log_in(2)};
  connection_->lose(Loss::commit_not_done);
  EXPECT_THAT(carry_out(lost), ElementsAre("away", "away"));
  EXPECT_THAT(positions(), ElementsAre(0, 0, 0));
  // The next batch, whatever it is, first writes what is owed.
  EXPECT_THAT(carry_out({log_in(3)}), ElementsAre("written"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 1));
  EXPECT_EQ(records_of(store(), EventKind::store_outcome_unknown), 1U);
  EXPECT_EQ(verified_records(store()), 4U);
}

TEST_F(Batches, ACommitThatWasDoneIsRefusedAndNotDoneAgain) {
  const std::vector<Job> lost = {log_in(1), log_in(2)};
  connection_->lose(Loss::commit_done);
  EXPECT_THAT(carry_out(lost), ElementsAre("away", "away"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 0));
  EXPECT_THAT(carry_out({log_in(3)}), ElementsAre("written"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 1));
  EXPECT_EQ(records_of(store(), EventKind::store_outcome_unknown), 1U);
  EXPECT_EQ(verified_records(store()), 4U);
}

TEST_F(Batches, WhatIsOwedGivesWayToWhatOthersWroteSince) {
  const std::vector<Job> lost = {log_in(1)};
  connection_->lose(Loss::commit_not_done);
  EXPECT_THAT(carry_out(lost), ElementsAre("away"));
  ASSERT_TRUE(store().attempt(name(1), step_on));
  EXPECT_THAT(carry_out({log_in(3)}), ElementsAre("written"));
  EXPECT_THAT(positions(), ElementsAre(1, 0, 1));
  EXPECT_EQ(verified_records(store()), 3U);
}

TEST_F(Batches, AnUnknownOutcomeOfTheOwedIsOwedOn) {
  const std::vector<Job> lost = {log_in(1)};
  connection_->lose(Loss::commit_not_done);
  EXPECT_THAT(carry_out(lost), ElementsAre("away"));
  const std::vector<Job> lost_too = {log_in(2)};
  connection_->lose(Loss::commit_not_done);
  EXPECT_THAT(carry_out(lost_too), ElementsAre("away"));
  EXPECT_THAT(carry_out({log_in(3)}), ElementsAre("written"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 1));
  EXPECT_EQ(records_of(store(), EventKind::store_outcome_unknown), 1U);
}

TEST_F(Batches, WhatNoOneCanDecideIsTheAnswerAndHarmsNoOther) {
  // A change that fails by itself, not for what is in the database.
  Job broken;
  broken.sure = [](Connection&, AuditLog&) -> Result<void> {
    return fail(Errc::invalid_input, "no text");
  };
  EXPECT_THAT(carry_out({log_in(1), broken, log_in(2)}), ElementsAre("written", "no", "written"));
  EXPECT_THAT(positions(), ElementsAre(1, 1, 0));
}

}  // namespace
}  // namespace lockstep
