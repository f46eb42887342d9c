// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/private_file.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/secret_io.h"

namespace lockstep {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

std::unexpected<Error> system_failure(std::string_view doing, const std::filesystem::path& path) {
  const int code = errno;
  const Errc errc = code == EEXIST   ? Errc::conflict
                    : code == ENOENT ? Errc::not_found
                                     : Errc::unavailable;
  return fail(errc, std::string(doing) + " " + path.string() + ": " + std::strerror(code));
}

/// A new file of mode 0600 with `content`, on disk but for its name; of `owner`, where given.
Result<void> write_new(const std::filesystem::path& path, const Secret& content,
                       const struct stat* owner) {
  const FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.number() < 0) return system_failure("cannot create the key file", path);
  // Root changing the key of a service must not lock the service's user out.
  const bool others = owner != nullptr && owner->st_uid != ::geteuid();
  if (others && ::fchown(file.number(), owner->st_uid, owner->st_gid) != 0) {
    return system_failure("cannot give to its owner", path);
  }
  if (!write_secret(file.number(), content) || ::fsync(file.number()) != 0) {
    return system_failure("cannot write", path);
  }
  return {};
}

}  // namespace

Result<void> sync_directory_of(const std::filesystem::path& file) {
  const std::filesystem::path path = file.has_parent_path() ? file.parent_path() : ".";
  const FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0 || ::fsync(directory.number()) != 0) {
    return system_failure("cannot sync the directory", path);
  }
  return {};
}

Result<Secret> read_private_file(const std::filesystem::path& path, std::size_t bytes_max,
                                 Readers readers) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return system_failure("cannot open the key file", path);
  struct stat facts{};
  if (::fstat(file.number(), &facts) != 0) return system_failure("cannot look at", path);
  const mode_t forbidden = readers == Readers::owner ? S_IRWXG | S_IRWXO : S_IRWXO;
  if ((facts.st_mode & forbidden) != 0) {
    return fail(Errc::not_allowed, "the key file " + path.string() +
                                       " may be read by others; run: chmod 600 " + path.string());
  }
  std::optional<Secret> content = read_secret(file.number(), bytes_max);
  if (!content) return system_failure("cannot read", path);
  if (content->size() > bytes_max) {
    return fail(Errc::corrupt, path.string() + " is too long to be a key file of Lockstep");
  }
  return *std::move(content);
}

Result<void> create_private_file(const std::filesystem::path& path, const Secret& content) {
  LOCKSTEP_CHECK(write_new(path, content, nullptr));
  return sync_directory_of(path);
}

Result<void> replace_private_file(const std::filesystem::path& path, const Secret& content) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return system_failure("cannot look at", path);
  std::filesystem::path next = path;
  next += ".new";
  // One left behind by a process that died while it wrote; nothing relies on it.
  ::unlink(next.c_str());
  LOCKSTEP_CHECK(write_new(next, content, &facts));
  if (::rename(next.c_str(), path.c_str()) != 0) return system_failure("cannot replace", path);
  return sync_directory_of(path);
}

}  // namespace lockstep
