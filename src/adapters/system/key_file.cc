// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/key_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "crypto/envelope.h"
#include "crypto/random.h"

namespace lockstep {
namespace {

constexpr std::string_view kHeader = "lockstep-key-1\n";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kFileBytes = kHeader.size() + 2 * kKeyBytes + 1;

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

/// A file's name is on disk only once its directory is.
Result<void> sync_directory(const std::filesystem::path& path) {
  const FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0 || ::fsync(directory.number()) != 0) {
    return system_failure("cannot sync the directory", path);
  }
  return {};
}

Result<std::string> read_small_file(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return system_failure("cannot open the key file", path);
  struct stat facts{};
  if (::fstat(file.number(), &facts) != 0) return system_failure("cannot look at", path);
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(Errc::not_allowed, "the key file " + path.string() +
                                       " may be read by others; run: chmod 600 " + path.string());
  }
  std::string text(kFileBytes + 1, '\0');
  const ssize_t got = ::read(file.number(), text.data(), text.size());
  if (got < 0) return system_failure("cannot read", path);
  text.resize(static_cast<std::size_t>(got));
  return text;
}

SealContext context_of(SealPurpose purpose, std::uint64_t id) {
  return {static_cast<std::uint8_t>(purpose), id};
}

}  // namespace

Result<void> create_key_file(const std::filesystem::path& path) {
  const FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.number() < 0) return system_failure("cannot create the key file", path);
  std::array<std::uint8_t, kKeyBytes> key{};
  random_bytes(key);
  std::string text = std::string(kHeader) + to_hex(key) + "\n";
  wipe(key);
  const ssize_t written = ::write(file.number(), text.data(), text.size());
  const bool complete = written == static_cast<ssize_t>(text.size());
  explicit_bzero(text.data(), text.size());
  if (!complete || ::fsync(file.number()) != 0) return system_failure("cannot write", path);
  return sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

Result<std::unique_ptr<KeyVault>> KeyFileVault::open(const std::filesystem::path& path) {
  LOCKSTEP_TRY(std::string text, read_small_file(path));
  const bool framed = text.size() == kFileBytes && text.starts_with(kHeader) && text.back() == '\n';
  auto key = framed ? parse_hex(std::string_view(text).substr(kHeader.size(), 2 * kKeyBytes))
                    : Result<Bytes>(fail(Errc::corrupt, "no key"));
  explicit_bzero(text.data(), text.size());
  if (!key) return fail(Errc::corrupt, path.string() + " is not a key file of Lockstep");
  return std::make_unique<KeyFileVault>(Secret(std::move(*key)));
}

Result<Sealed> KeyFileVault::seal(SealPurpose purpose, std::uint64_t id, const Secret& secret) {
  LOCKSTEP_TRY(Bytes envelope, seal_envelope(key_, context_of(purpose, id), secret, random_bytes));
  return Sealed(std::move(envelope));
}

Result<Secret> KeyFileVault::open(SealPurpose purpose, std::uint64_t id, const Sealed& sealed) {
  return open_envelope(key_, context_of(purpose, id), sealed.value());
}

}  // namespace lockstep
