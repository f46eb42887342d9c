// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/writer.h"

#include <cstdio>
#include <exception>
#include <utility>

namespace lockstep {
namespace {

/// A part that cannot be taken back would be committed with the rest.
void must(const Result<void>& result) {
  if (result) return;
  (void)std::fprintf(stderr, "lockstep: the store cannot go on: %s\n",
                     result.error().context.c_str());
  std::terminate();
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, AuditLog log, Limits limits)
    : limits_(limits),
      connection_(std::move(connection)),
      log_(std::move(log)),
      durable_{log_.node(), log_.head()},
      thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<void> Writer::run(Work work) {
  std::future<Result<void>> answer;
  {
    const std::scoped_lock lock(mutex_);
    if (ending_) return fail(Errc::unavailable, "the store is closing");
    if (queue_.size() >= limits_.queue_max) {
      return fail(Errc::unavailable, "too many writes are waiting for the disk");
    }
    queue_.push_back(Job{std::move(work), {}});
    answer = queue_.back().answer.get_future();
  }
  wake_.notify_one();
  return answer.get();
}

OwnChain Writer::own_chain() const {
  const std::scoped_lock lock(mutex_);
  return durable_;
}

void Writer::loop() {
  while (true) {
    std::vector<Job> batch = take_batch();
    if (batch.empty()) return;
    carry_out(std::move(batch));
    connection_->tidy_up();
  }
}

std::vector<Writer::Job> Writer::take_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
  std::vector<Job> batch;
  while (!queue_.empty() && batch.size() < limits_.batch_max) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Writer::carry_out(std::vector<Job> batch) {
  if (const Result<void> begun = connection_->begin_write(); !begun) {
    for (Job& job : batch) job.answer.set_value(begun);
    return;
  }
  std::vector<Result<void>> results;
  results.reserve(batch.size());
  for (const Job& job : batch) results.push_back(carry_out_part(job.work));
  must(log_.save_head(*connection_));
  must(connection_->commit());
  {
    const std::scoped_lock lock(mutex_);
    durable_.head = log_.head();
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].answer.set_value(std::move(results[i]));
  }
}

Result<void> Writer::carry_out_part(const Work& work) {
  const ChainHead before = log_.head();
  must(connection_->begin_part());
  Result<void> result = work(*connection_, log_);
  if (result) {
    must(connection_->keep_part());
  } else {
    must(connection_->drop_part());
    log_.set_head(before);
  }
  return result;
}

}  // namespace lockstep
