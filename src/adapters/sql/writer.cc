// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/writer.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace lockstep {
namespace {

/// The keys of the jobs of a batch, and of those that have to wait for the next one.
class TakenKeys {
 public:
  /// Takes all of `keys`; false when one of them was taken already.
  bool take(const std::vector<std::uint64_t>& keys) {
    const bool all_free =
        std::ranges::none_of(keys, [&](std::uint64_t key) { return taken_.contains(key); });
    taken_.insert(keys.begin(), keys.end());
    return all_free;
  }

 private:
  std::unordered_set<std::uint64_t> taken_;
};

/// Every process goes through what it has to lock in the same order, so that no two of them wait
/// for each other.
std::uint64_t first_key(const Job& job) { return job.keys.empty() ? 0 : job.keys.front(); }

}  // namespace

Writer::Writer(std::unique_ptr<BatchWriter> batches, Limits limits)
    : limits_(limits),
      batches_(std::move(batches)),
      durable_(batches_->own_chain()),
      thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<void> Writer::run(Job job) {
  std::future<Result<void>> answer;
  {
    const std::scoped_lock lock(mutex_);
    if (ending_) return fail(Errc::unavailable, "the store is closing");
    if (queue_.size() >= limits_.queue_max) {
      return fail(Errc::unavailable, "too many writes are waiting for the disk");
    }
    queue_.push_back(Waiting{.job = std::move(job)});
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
    std::vector<Waiting> batch = take_batch();
    if (batch.empty()) return;
    carry_out(std::move(batch));
    batches_->tidy_up();
  }
}

std::vector<Writer::Waiting> Writer::take_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
  const bool distinct = batches_->wants_distinct_keys();
  TakenKeys taken;
  std::vector<Waiting> batch;
  std::deque<Waiting> left;
  while (!queue_.empty() && batch.size() < limits_.batch_max) {
    Waiting& next = queue_.front();
    if (distinct && !taken.take(next.job.keys)) {
      next.waited = true;
      left.push_back(std::move(next));
    } else {
      batch.push_back(std::move(next));
    }
    queue_.pop_front();
  }
  std::ranges::move(queue_, std::back_inserter(left));
  queue_.swap(left);
  return batch;
}

void Writer::carry_out(std::vector<Waiting> batch) {
  if (batches_->wants_distinct_keys()) {
    std::ranges::stable_sort(batch, {}, [](const Waiting& one) { return first_key(one.job); });
  }
  std::vector<BatchEntry> entries;
  entries.reserve(batch.size());
  for (const Waiting& waiting : batch) entries.push_back({&waiting.job, waiting.waited});
  std::vector<Result<void>> results = batches_->carry_out(entries);
  {
    const std::scoped_lock lock(mutex_);
    durable_ = batches_->own_chain();
  }
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].answer.set_value(std::move(results[i]));
}

}  // namespace lockstep
