// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres/node_file.h"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace lockstep {
namespace {

std::unexpected<Error> failed(const char* doing, const std::filesystem::path& path) {
  return fail(Errc::unavailable, std::string("cannot ") + doing + " " + path.string() + ": " +
                                     std::generic_category().message(errno));
}

/// Writes all of `text` and brings it to disk.
Result<void> write_durably(const std::filesystem::path& path, std::string_view text, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0) return failed("write", path);
  const bool done = (text.empty() || ::write(file, text.data(), text.size()) == std::ssize(text)) &&
                    ::fsync(file) == 0;
  const Result<void> result = done ? Result<void>() : Result<void>(failed("write", path));
  static_cast<void>(::close(file));
  return result;
}

}  // namespace

std::filesystem::path node_file_path(const std::filesystem::path& data_dir) {
  return data_dir / "node";
}

Result<NodeId> read_or_make_node(const std::filesystem::path& data_dir, Random& random) {
  const std::filesystem::path path = node_file_path(data_dir);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return renew_node(data_dir, random);
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  std::uint64_t name = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, name);
  if (problem != std::errc() || rest != end || name == 0) {
    return fail(Errc::corrupt, "the file " + path.string() +
                                   " does not hold the number that names this server's part of the "
                                   "audit: remove it, and a new one is made");
  }
  return NodeId(name);
}

Result<NodeId> renew_node(const std::filesystem::path& data_dir, Random& random) {
  const std::filesystem::path path = node_file_path(data_dir);
  const std::filesystem::path draft = data_dir / "node.new";
  const std::uint64_t name = random.id();
  LOCKSTEP_CHECK(write_durably(draft, std::to_string(name) + "\n", O_WRONLY | O_CREAT | O_TRUNC));
  if (::rename(draft.c_str(), path.c_str()) != 0) return failed("write", path);
  LOCKSTEP_CHECK(write_durably(data_dir, {}, O_RDONLY | O_DIRECTORY));
  return NodeId(name);
}

}  // namespace lockstep
