// SPDX-License-Identifier: Apache-2.0
#include "service/backups.h"

#include <fmt/format.h>

#include "service/events.h"

namespace lockstep {
namespace {

/// Longer than any path of Linux.
constexpr std::size_t kPathBytesMax = 4'096;

AuditEvent backed_up(const Context& context, const std::filesystem::path& file,
                     const BackupFacts& facts) {
  AuditEvent made = event(context, EventKind::store_backed_up);
  made.details.emplace_back("file", file.string());
  made.details.emplace_back("rows", fmt::format("{}", facts.rows));
  for (const auto& [node, head] : facts.heads) {
    made.details.emplace_back("head", fmt::format("{}:{}", node.value(), head.seq));
  }
  return made;
}

}  // namespace

BackupDesk::~BackupDesk() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

Result<BackupStatus> BackupDesk::start(const Context& context, const std::filesystem::path& file) {
  const std::string& text = file.native();
  if (!file.is_absolute() || !file.has_filename() || text.size() > kPathBytesMax ||
      text.find('\0') != std::string::npos) {
    return fail(Errc::invalid_input,
                "\"file\" is the whole path of a file on the server's machine");
  }
  const std::scoped_lock lock(mutex_);
  if (status_.state == BackupState::running) {
    return fail(Errc::conflict, "another backup is running: wait until it is done");
  }
  if (thread_.joinable()) thread_.join();  // It has nothing left to do.
  status_ = BackupStatus{.state = BackupState::running, .file = file};
  thread_ = std::thread([this, context, file] { run(context, file); });
  return status_;
}

BackupStatus BackupDesk::status() const {
  const std::scoped_lock lock(mutex_);
  return status_;
}

BackupStatus BackupDesk::wait() const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kWaitMax, [this] { return status_.state != BackupState::running; });
  return status_;
}

void BackupDesk::run(const Context& context, const std::filesystem::path& file) {
  Result<BackupFacts> facts = carry_out(context, file);
  const std::scoped_lock lock(mutex_);
  if (facts) {
    status_.state = BackupState::done;
    status_.facts = *std::move(facts);
  } else {
    status_.state = BackupState::failed;
    status_.error = facts.error();
  }
  changed_.notify_all();
}

Result<BackupFacts> BackupDesk::carry_out(const Context& context,
                                          const std::filesystem::path& file) {
  const OnWork on_work = [this](std::uint64_t done, std::uint64_t total) -> Result<void> {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return fail(Errc::unavailable, "the server is stopping");
    status_.done = done;
    status_.total = total;
    return {};
  };
  LOCKSTEP_TRY(BackupFacts facts, archive_.back_up(file, context.now.wall, on_work));
  LOCKSTEP_CHECK(services_.store.commit(ChangeSet{{}, {backed_up(context, file, facts)}}));
  return facts;
}

}  // namespace lockstep
