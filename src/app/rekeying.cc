// SPDX-License-Identifier: Apache-2.0
#include "app/rekeying.h"

#include <string>

#include "app/log.h"
#include "base/hex.h"

namespace lockstep {

Rekeying::Rekeying(Services& services) : services_(services), thread_([this] { run(); }) {}

void Rekeying::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::chrono::milliseconds Rekeying::bite(RekeyJob& job) {
  const auto next = job.step();
  if (!next) {
    log(LogLevel::warning, "rekey_failed", {{"why", next.error().context}});
    return kTroublePause;
  }
  if (!working_ && *next != RekeyJob::Next::nothing) {
    working_ = true;
    log(LogLevel::info, "rekey_running", {{"key", to_hex(services_.vault.ring().current)}});
  }
  switch (*next) {
    case RekeyJob::Next::at_once:
      return kBitePause;
    case RekeyJob::Next::nothing:
      if (working_) log(LogLevel::info, "rekey_finished");
      working_ = false;
      return kLookPause;
    case RekeyJob::Next::later:
      break;
  }
  for (const std::string& name : job.unreadable()) {
    log(LogLevel::error, "secret_unreadable",
        {{"name", name}, {"way_out", "delete the token and give its owner another one"}});
  }
  if (job.unreadable().empty()) {
    log(LogLevel::warning, "old_key_not_needed",
        {{"way_out", "install the credential without it: lockstep keys forget FILE"}});
  }
  return kTroublePause;
}

void Rekeying::run() {
  RekeyJob job(services_);
  std::chrono::milliseconds pause{0};
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, pause, [this] { return stopping_; })) {
    lock.unlock();
    pause = bite(job);
    lock.lock();
  }
}

}  // namespace lockstep
