// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/append_file.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lockstep {
namespace {

constexpr ::mode_t kOwnerAndGroup = 0640;
constexpr std::uint64_t kBlockBytes = 64UL << 10U;
/// A line longer than this is no line of ours; it keeps what is read at once bounded.
constexpr std::size_t kLineBytesMax = 16UL << 20U;

}  // namespace

AppendFile::~AppendFile() { close(); }

void AppendFile::close() {
  // Whoever needs to know that it is on disk has called `sync`.
  if (file_ >= 0) static_cast<void>(::close(file_));
  file_ = -1;
}

std::unexpected<Error> AppendFile::failed(const char* what) const {
  return fail(Errc::unavailable, std::string("cannot ") + what + " " + path_.string() + ": " +
                                     std::generic_category().message(errno));
}

Result<void> AppendFile::open() {
  close();
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                 kOwnerAndGroup);
  if (file_ < 0) return failed("open");
  struct ::stat status{};
  if (::fstat(file_, &status) != 0) return failed("look at");
  if (!S_ISREG(status.st_mode)) {
    close();
    return fail(Errc::unavailable, path_.string() + " is not a file");
  }
  return cut_unfinished_line();
}

Result<std::uint64_t> AppendFile::size() const {
  struct ::stat status{};
  if (::fstat(file_, &status) != 0) return failed("look at");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> AppendFile::read_block(std::uint64_t from, std::uint64_t to) const {
  std::string block(to - from, '\0');
  std::size_t done = 0;
  while (done < block.size()) {
    const ::ssize_t count =
        ::pread(file_, block.data() + done, block.size() - done, static_cast<::off_t>(from + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("read");
    if (count == 0) return fail(Errc::unavailable, path_.string() + " became shorter");
    done += static_cast<std::size_t>(count);
  }
  return block;
}

Result<void> AppendFile::cut_unfinished_line() {
  LOCKSTEP_TRY(const std::uint64_t end, size());
  std::uint64_t to = end;
  while (to > 0) {
    const std::uint64_t from = to - std::min(to, kBlockBytes);
    LOCKSTEP_TRY(const std::string block, read_block(from, to));
    const std::size_t last = block.rfind('\n');
    to = last == std::string::npos ? from : from + last + 1;
    if (last != std::string::npos) break;
  }
  if (to == end) return {};
  if (::ftruncate(file_, static_cast<::off_t>(to)) != 0) return failed("shorten");
  return sync();
}

Result<void> AppendFile::read_back(const std::function<bool(std::string_view)>& visit) {
  LOCKSTEP_TRY(std::uint64_t to, size());
  std::string text;  // What was read and not shown: whole lines but for the beginning of the first.
  while (to > 0) {
    const std::uint64_t from = to - std::min(to, kBlockBytes);
    LOCKSTEP_TRY(const std::string block, read_block(from, to));
    text.insert(0, block);
    to = from;
    while (true) {
      const std::size_t before =
          text.size() < 2 ? std::string::npos : text.rfind('\n', text.size() - 2);
      if (before == std::string::npos) break;
      if (!visit(std::string_view(text).substr(before + 1, text.size() - before - 2))) return {};
      text.resize(before + 1);
    }
    if (text.size() > kLineBytesMax) {
      return fail(Errc::unavailable, path_.string() + " holds no lines");
    }
  }
  if (!text.empty()) visit(std::string_view(text).substr(0, text.size() - 1));
  return {};
}

Result<void> AppendFile::append(std::string_view lines) {
  while (!lines.empty()) {
    const ::ssize_t count = ::write(file_, lines.data(), lines.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("write");
    lines.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> AppendFile::sync() {
  if (::fdatasync(file_) != 0) return failed("sync");
  return {};
}

bool AppendFile::was_moved() {
  struct ::stat ours{};
  struct ::stat named{};
  if (file_ < 0 || ::fstat(file_, &ours) != 0) return true;
  if (::stat(path_.c_str(), &named) != 0) return true;
  return ours.st_ino != named.st_ino || ours.st_dev != named.st_dev;
}

}  // namespace lockstep
