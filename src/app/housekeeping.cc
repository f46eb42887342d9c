// SPDX-License-Identifier: Apache-2.0
#include "app/housekeeping.h"

#include <string>
#include <utility>

#include "app/log.h"
#include "service/audit_pruning.h"

namespace lockstep {
namespace {

/// How many portions of pruned records go at once: 50,000 records a minute.
constexpr std::uint32_t kPrunePortions = 100;

}  // namespace

Result<void> keep_house(Services& services) {
  LOCKSTEP_TRY(const std::uint64_t deleted,
               services.store.delete_expired(services.clock.now().wall));
  if (deleted > 0) {
    log(LogLevel::debug, "tickets_expired", {{"count", std::to_string(deleted)}});
  }
  LOCKSTEP_CHECK(apply_retention(services));
  LOCKSTEP_TRY(const std::uint64_t pruned, remove_pruned(services, kPrunePortions));
  if (pruned > 0) log(LogLevel::info, "audit_pruned", {{"records", std::to_string(pruned)}});
  return {};
}

Housekeeping::Housekeeping(Services& services, std::function<void()> daily)
    : services_(services), daily_(std::move(daily)), clock_(services), thread_([this] { run(); }) {}

void Housekeeping::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Housekeeping::sign() {
  const Result<void> done = sign_audit(services_);
  if (done || sign_failed_) return;
  sign_failed_ = true;
  log(LogLevel::error, "audit_not_signed", {{"why", done.error().context}});
}

Result<void> Housekeeping::look_at_clock() {
  LOCKSTEP_TRY(const std::optional<ClockNews> news, clock_.look());
  if (!news) return {};
  if (news->doubt) {
    log(LogLevel::error, "clock_in_doubt", {{"why", text_of(*news->doubt)}});
  } else {
    log(LogLevel::warning, "clock_trusted_again",
        {{"by", news->trust ? std::string(name_of(*news->trust)) : ""}});
  }
  return {};
}

void Housekeeping::run() {
  std::unique_lock lock(mutex_);
  for (int turn = 1; !changed_.wait_for(lock, kSignEvery, [this] { return stopping_; }); ++turn) {
    lock.unlock();
    sign();
    Result<void> done = refresh_policy(services_);
    if (done) done = look_at_clock();
    if (turn % (kEvery / kSignEvery) == 0) {
      sign_failed_ = false;
      if (done) done = keep_house(services_);
    }
    if (turn % (kDaily / kSignEvery) == 0) daily_();
    note(done);
    lock.lock();
  }
}

void Housekeeping::note(const Result<void>& done) {
  if (!done && !failing_) {
    log(LogLevel::warning, "housekeeping_failed", {{"why", done.error().context}});
  }
  if (done && failing_) log(LogLevel::info, "housekeeping_works_again");
  failing_ = !done;
}

}  // namespace lockstep
