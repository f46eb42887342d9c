// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/writer.h"

#include <algorithm>
#include <atomic>
#include <latch>
#include <string>

#include <gtest/gtest.h>

#include "adapters/sql/savepoint_batch.h"

namespace lockstep {
namespace {

/// No rows at all.
class NoRows final : public Rows {
 public:
  Result<bool> next() override { return false; }
  Result<std::optional<std::int64_t>> integer(int) const override { return std::nullopt; }
  Result<std::optional<std::string>> text(int) const override { return std::nullopt; }
  Result<std::optional<Bytes>> bytes(int) const override { return std::nullopt; }
};

/// What a fake connection was told, and where it is to wait or fail.
struct Script {
  std::string said;  ///< written by the writer's thread, read when the writer is gone
  bool begin_fails = false;
  std::latch* at_first_begin = nullptr;  ///< counted down, when the first transaction begins
  std::latch* go_on = nullptr;           ///< waited for, then
};

/// A connection that notes what it is told, a letter each.
class NotingConnection final : public Connection {
 public:
  explicit NotingConnection(Script& script) : script_(script) {}

  Result<std::unique_ptr<Rows>> query(std::string_view, Parameters) override {
    return std::make_unique<NoRows>();
  }
  Result<std::uint64_t> execute(std::string_view, Parameters) override {
    LOCKSTEP_CHECK(note('x'));
    return 1;
  }
  Result<void> script(const char*) override { return {}; }
  Result<void> begin_read() override { return {}; }
  Result<void> end_read() override { return {}; }
  Result<void> begin_write() override {
    if (script_.begin_fails) return fail(Errc::unavailable, "locked");
    if (script_.at_first_begin != nullptr) {
      std::exchange(script_.at_first_begin, nullptr)->count_down();
      script_.go_on->wait();
    }
    return note('[');
  }
  Result<void> commit() override { return note(']'); }
  Result<void> rollback() override { return {}; }
  Result<void> begin_part() override { return note('('); }
  Result<void> keep_part() override { return note(')'); }
  Result<void> drop_part() override { return note('!'); }
  void tidy_up() override {}

 private:
  Result<void> note(char letter) {
    script_.said += letter;
    return {};
  }

  Script& script_;
};

std::unique_ptr<Writer> make_writer(Script& script, Writer::Limits limits = {}) {
  auto connection = std::make_unique<NotingConnection>(script);
  AuditLog log = AuditLog::load(*connection, NodeId(1)).value();
  auto batches = std::make_unique<SavepointBatch>(std::move(connection), std::move(log));
  return std::make_unique<Writer>(std::move(batches), limits);
}

Result<void> nothing(Connection&, AuditLog&) { return {}; }

Result<void> refuse(Connection&, AuditLog&) { return fail(Errc::conflict, "no"); }

/// Keeps a writer busy with one job until it is let go, so that others have to queue.
class Busy {
 public:
  Busy(Script& script, Writer::Limits limits) {
    script.at_first_begin = &begun_;
    script.go_on = &go_on_;
    writer_ = make_writer(script, limits);
    threads_.emplace_back([this] { EXPECT_TRUE(writer_->run(nothing)); });
    begun_.wait();
  }
  ~Busy() {
    let_go();
    for (std::thread& thread : threads_) thread.join();
  }

  Writer& writer() { return *writer_; }
  /// Hands in `work` from a thread of its own; counts it in `unavailable` if it is turned away.
  void queue(Writer::Work work, std::atomic<int>& unavailable) {
    threads_.emplace_back([this, work = std::move(work), &unavailable] {
      const Result<void> result = writer_->run(work);
      if (!result && result.error().code == Errc::unavailable) ++unavailable;
    });
  }
  void let_go() {
    if (!std::exchange(gone_, true)) go_on_.count_down();
  }

 private:
  std::latch begun_{1};
  std::latch go_on_{1};
  bool gone_ = false;
  std::unique_ptr<Writer> writer_;
  std::vector<std::thread> threads_;
};

TEST(Writer, AnswersWhatTheWorkSaidAfterTheCommit) {
  Script script;
  const auto writer = make_writer(script);
  EXPECT_TRUE(writer->run(nothing));
  EXPECT_EQ(writer->run(refuse).error().code, Errc::conflict);
}

TEST(Writer, KeepsOrDropsEachPartByItself) {
  Script script;
  {
    const auto writer = make_writer(script);
    EXPECT_TRUE(writer->run(nothing));
    EXPECT_FALSE(writer->run(refuse));
  }
  EXPECT_EQ(script.said, "[()][(!]");
}

TEST(Writer, SavesTheHeadOfTheChainOnceForEachTransactionThatMovedIt) {
  Script script;
  {
    const auto writer = make_writer(script);
    EXPECT_TRUE(writer->run([](Connection& connection, AuditLog& log) {
      return log.append(connection, {AuditEvent{.kind = EventKind::service_started},
                                     AuditEvent{.kind = EventKind::service_stopped}});
    }));
    EXPECT_TRUE(writer->run(nothing));
  }
  EXPECT_EQ(script.said, "[(xx)x][()]");
}

TEST(Writer, TakesBackTheHeadOfAPartThatFailed) {
  Script script;
  {
    const auto writer = make_writer(script);
    EXPECT_FALSE(writer->run([](Connection& connection, AuditLog& log) -> Result<void> {
      LOCKSTEP_CHECK(log.append(connection, {AuditEvent{.kind = EventKind::service_started}}));
      EXPECT_EQ(log.head().seq, 1U);
      return fail(Errc::conflict, "no");
    }));
    EXPECT_TRUE(writer->run([](Connection&, AuditLog& log) -> Result<void> {
      EXPECT_EQ(log.head().seq, 0U);
      return {};
    }));
  }
  EXPECT_EQ(script.said, "[(x!][()]");
}

TEST(Writer, ADatabaseThatTakesNoWritesIsUnavailable) {
  Script script;
  script.begin_fails = true;
  const auto writer = make_writer(script);
  EXPECT_EQ(writer->run(nothing).error().code, Errc::unavailable);
}

TEST(Writer, TurnsAwayWhatIsBeyondTheQueue) {
  Script script;
  std::atomic<int> unavailable = 0;
  {
    Busy busy(script, {.queue_max = 3, .batch_max = 10});
    for (int i = 0; i < 5; ++i) busy.queue(nothing, unavailable);
    // The two beyond the limit are answered while the others still wait.
    while (unavailable < 2) std::this_thread::yield();
  }
  EXPECT_EQ(unavailable, 2);
  EXPECT_EQ(script.said, "[()][()()()]");
}

TEST(Writer, ABatchHasALimit) {
  Script script;
  std::atomic<int> unavailable = 0;
  {
    Busy busy(script, {.queue_max = 4, .batch_max = 2});
    for (int i = 0; i < 5; ++i) busy.queue(nothing, unavailable);
    while (unavailable < 1) std::this_thread::yield();
  }
  EXPECT_EQ(script.said, "[()][()()][()()]");
}

/// Notes which jobs came in which batch, by their first key; a star behind those that waited.
class NotingBatches final : public BatchWriter {
 public:
  explicit NotingBatches(std::string& said, std::latch& begun, std::latch& go_on)
      : said_(said), begun_(begun), go_on_(go_on) {}

  std::vector<Result<void>> carry_out(std::span<const BatchEntry> batch) override {
    if (std::exchange(first_, false)) {
      begun_.count_down();
      go_on_.wait();
    }
    said_ += '[';
    for (const BatchEntry& entry : batch) {
      said_ += std::to_string(entry.job->keys.empty() ? 0 : entry.job->keys.front());
      if (entry.waited) said_ += '*';
    }
    said_ += ']';
    return std::vector<Result<void>>(batch.size());
  }
  [[nodiscard]] bool wants_distinct_keys() const override { return true; }
  [[nodiscard]] OwnChain own_chain() const override { return {NodeId(1), {}}; }
  void tidy_up() override {}

 private:
  std::string& said_;
  std::latch& begun_;
  std::latch& go_on_;
  bool first_ = true;
};

/// What the writer makes of jobs with these keys, of which it has to turn one away, when they all
/// wait at once.
std::string batches_of(const std::vector<std::uint64_t>& keys) {
  std::string said;
  std::latch begun(1);
  std::latch go_on(1);
  std::atomic<int> turned_away = 0;
  Writer writer(std::make_unique<NotingBatches>(said, begun, go_on),
                {.queue_max = keys.size() - 1});
  std::vector<std::thread> threads;
  const auto queue = [&](std::uint64_t key) {
    threads.emplace_back([&, key] {
      if (!writer.run(Job{.sure = nothing, .keys = {key, key, key + 100}})) ++turned_away;
    });
  };
  queue(1);
  begun.wait();
  for (const std::uint64_t key : keys) queue(key);
  while (turned_away == 0) std::this_thread::yield();
  go_on.count_down();
  for (std::thread& thread : threads) thread.join();
  return said;
}

TEST(Writer, JobsWithACommonKeyGoOneAfterTheOther) {
  EXPECT_EQ(batches_of({5, 5, 5, 5}), "[1][5][5*][5*]");
}

TEST(Writer, ABatchIsInTheOrderOfItsKeys) {
  std::string said = batches_of({9, 3, 7, 2, 8, 4, 6, 5});
  said = said.substr(said.find("][") + 2);
  said.pop_back();
  EXPECT_EQ(said.size(), 7U);
  EXPECT_TRUE(std::ranges::is_sorted(said)) << said;
}

}  // namespace
}  // namespace lockstep
