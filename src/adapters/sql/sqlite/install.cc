// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/sqlite/install.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lockstep {
namespace {

std::filesystem::path mark_in(const std::filesystem::path& data_dir) {
  return data_dir / "restore.unfinished";
}

std::unexpected<Error> failed(const char* doing, const std::filesystem::path& path) {
  const int code = errno;
  return fail(code == EEXIST ? Errc::conflict : Errc::unavailable,
              std::string("cannot ") + doing + " " + path.string() + ": " +
                  std::generic_category().message(code));
}

Result<void> sync_directory(const std::filesystem::path& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("open", path);
  const int result = ::fsync(directory);
  const int error = errno;
  static_cast<void>(::close(directory));
  errno = error;
  if (result != 0) return failed("sync", path);
  return {};
}

Result<void> set_mark(const std::filesystem::path& data_dir) {
  constexpr ::mode_t kOwnerOnly = 0600;
  const std::filesystem::path mark = mark_in(data_dir);
  const int file = ::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return failed("make", mark);
  static_cast<void>(::close(file));
  return sync_directory(data_dir);
}

Result<void> move(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed("move", from);
  return {};
}

/// The log first: with its database gone it would be taken for the new one's.
Result<void> put_away(const std::filesystem::path& data_dir, const std::filesystem::path& kept) {
  bool made = false;
  for (const char* name : {"lockstep.db-shm", "lockstep.db-wal", "lockstep.db"}) {
    std::error_code problem;
    if (!std::filesystem::exists(data_dir / name, problem)) continue;
    if (!made && ::mkdir(kept.c_str(), S_IRWXU) != 0) return failed("make", kept);
    made = true;
    LOCKSTEP_CHECK(move(data_dir / name, kept / name));
  }
  return made ? sync_directory(kept) : Result<void>();
}

}  // namespace

Result<void> install_database(const DataDirectory& held, const std::filesystem::path& fresh,
                              const std::string& kept) {
  const std::filesystem::path data_dir = held.database().parent_path();
  LOCKSTEP_CHECK(set_mark(data_dir));
  LOCKSTEP_CHECK(put_away(data_dir, data_dir / kept));
  LOCKSTEP_CHECK(move(fresh, held.database()));
  LOCKSTEP_CHECK(sync_directory(data_dir));
  if (::unlink(mark_in(data_dir).c_str()) != 0) return failed("remove", mark_in(data_dir));
  return sync_directory(data_dir);
}

Result<void> check_installed(const std::filesystem::path& data_dir) {
  std::error_code problem;
  if (!std::filesystem::exists(mark_in(data_dir), problem)) return {};
  return fail(Errc::unavailable, "a restore into " + data_dir.string() +
                                     " was interrupted: run `lockstep restore` again");
}

}  // namespace lockstep
