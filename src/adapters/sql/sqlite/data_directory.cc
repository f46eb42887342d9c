// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/sqlite/data_directory.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace lockstep {
namespace {

constexpr ::mode_t kOwnerOnly = 0600;

/// The last error of the operating system, about `path`.
std::unexpected<Error> failed(const char* what, const std::filesystem::path& path,
                              const char* advice) {
  const std::string reason = std::generic_category().message(errno);
  return fail(Errc::unavailable,
              std::string("cannot ") + what + " " + path.string() + ": " + reason + "; " + advice);
}

}  // namespace

Result<DataDirectory> DataDirectory::hold(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return fail(Errc::not_found, "there is no data directory " + path.string() +
                                     ": make it with `lockstep init`, or name the right one");
  }
  const std::filesystem::path file = path / "lockstep.lock";
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (lock < 0) {
    return failed("write", file, "the data directory has to belong to the user Lockstep runs as");
  }
  DataDirectory directory(path, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return directory;
  if (errno != EWOULDBLOCK) return failed("lock", file, "its file system has to support locks");
  return fail(Errc::unavailable, "the data directory " + path.string() +
                                     " is in use by another Lockstep: stop that one first, or speak"
                                     " to it over its socket");
}

DataDirectory::~DataDirectory() {
  // Closing gives the lock back. There is nothing to do about an error: the file holds no data.
  if (lock_ >= 0) static_cast<void>(::close(lock_));
}

Result<void> DataDirectory::make_database_file() const {
  const int file = ::open(database().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0 || ::close(file) != 0) {
    return failed("write", database(), "it has to belong to the user Lockstep runs as");
  }
  return {};
}

Result<void> DataDirectory::sync() const {
  const int directory = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("open", path_, "check its rights");
  const int result = ::fsync(directory);
  const int error = errno;
  static_cast<void>(::close(directory));
  errno = error;
  if (result != 0) return failed("sync", path_, "check the disk");
  return {};
}

}  // namespace lockstep
