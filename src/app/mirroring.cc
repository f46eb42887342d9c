// SPDX-License-Identifier: Apache-2.0
#include "app/mirroring.h"

#include <string>

#include "app/log.h"

namespace lockstep {

Mirroring::Mirroring(Services& services, const std::filesystem::path& file)
    : services_(services),
      file_(file),
      mirror_(services.store, file_),
      thread_([this] { run(); }) {}

void Mirroring::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  step();
}

void Mirroring::run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    step();
    lock.lock();
  } while (!changed_.wait_for(lock, kEvery, [this] { return stopping_; }));
}

void Mirroring::step() {
  const Result<std::uint64_t> left = mirror_.step();
  MirrorState state{.kind = MirrorState::Kind::current};
  if (!left) {
    state.kind = MirrorState::Kind::failing;
    state.why = left.error().context;
  } else {
    state.behind = *left;
    if (*left > kBehindMax) state.kind = MirrorState::Kind::behind;
  }
  services_.mirror.set(state);
  const bool changed = state.kind != told_;
  const bool good = state.kind == MirrorState::Kind::current;
  if (!changed && (good || ++quiet_ < kRemindEvery)) return;
  told_ = state.kind;
  quiet_ = 0;
  if (good) {
    log(LogLevel::info, "audit_mirror_current");
  } else {
    const bool failing = state.kind == MirrorState::Kind::failing;
    log(failing ? LogLevel::error : LogLevel::warning,
        failing ? "audit_mirror_failing" : "audit_mirror_behind",
        {{"records", std::to_string(state.behind)}, {"why", state.why}});
  }
}

}  // namespace lockstep
