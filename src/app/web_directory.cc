// SPDX-License-Identifier: Apache-2.0
#include "app/web_directory.h"

#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace lockstep {
namespace {

namespace fs = std::filesystem;

/// Reads the files of one directory, which are named with `prefix` in `into`.
Result<void> read_files(const fs::path& directory, const std::string& prefix, BuiltFiles& into,
                        std::size_t& bytes) {
  std::error_code problem;
  for (fs::directory_iterator at(directory, problem), end; !problem && at != end;
       at.increment(problem)) {
    if (!at->is_regular_file(problem)) continue;
    const std::uintmax_t size = at->file_size(problem);
    if (problem) break;
    if (into.size() == kWebFilesMax || size > kWebBytesMax - bytes) {
      return fail(Errc::invalid_input,
                  directory.string() + " holds more than the pages of Lockstep: see web.directory");
    }
    std::string content(static_cast<std::size_t>(size), '\0');
    std::ifstream file(at->path(), std::ios::binary);
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file) return fail(Errc::unavailable, "cannot read " + at->path().string());
    bytes += content.size();
    into.emplace(prefix + at->path().filename().string(), std::move(content));
  }
  if (problem) {
    return fail(Errc::unavailable,
                "cannot look into " + directory.string() + ": " + problem.message());
  }
  return {};
}

/// Each page names its scripts and styles. A build that is under way, or was broken off, has pages
/// without them, or the other way round.
Result<void> check_whole(const BuiltFiles& files, const fs::path& directory) {
  constexpr std::string_view kNamed = "=\"/assets/";
  for (const auto& [name, content] : files) {
    if (!name.ends_with(".html")) continue;
    for (std::size_t at = content.find(kNamed); at != std::string::npos;
         at = content.find(kNamed, at + 1)) {
      const std::size_t begin = at + std::string_view("=\"/").size();
      const std::string asset = content.substr(begin, content.find('"', begin) - begin);
      if (files.contains(asset)) continue;
      return fail(Errc::not_found,
                  fmt::format("{} holds pages that are half built: {} names {}, which is not there",
                              directory.string(), name, asset));
    }
  }
  return {};
}

}  // namespace

fs::path web_directory_beside_program() {
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (problem) return {};
  const fs::path web = program.parent_path().parent_path() / "share/lockstep/web";
  return fs::is_regular_file(web / "portal.html", problem) ? web : fs::path();
}

Result<PageFiles> read_web_directory(const fs::path& directory) {
  if (directory.empty()) return PageFiles();
  std::error_code problem;
  if (!fs::is_regular_file(directory / "portal.html", problem)) {
    return fail(Errc::not_found, directory.string() +
                                     " holds no built pages: name the directory that holds "
                                     "portal.html in web.directory, or leave the key out");
  }
  BuiltFiles files;
  std::size_t bytes = 0;
  LOCKSTEP_CHECK(read_files(directory, "", files, bytes));
  if (fs::is_directory(directory / "assets", problem)) {
    LOCKSTEP_CHECK(read_files(directory / "assets", "assets/", files, bytes));
  }
  LOCKSTEP_CHECK(check_whole(files, directory));
  return PageFiles(std::move(files));
}

Result<WebPages> find_web_pages(const fs::path& named, const fs::path& beside) {
  if (!named.empty()) {
    LOCKSTEP_TRY(PageFiles files, read_web_directory(named));
    return WebPages{std::move(files), named, ""};
  }
  if (beside.empty()) return WebPages{{}, {}, "there are no built pages beside the program"};
  Result<PageFiles> files = read_web_directory(beside);
  if (!files) return WebPages{{}, {}, files.error().context};
  return WebPages{*std::move(files), beside, ""};
}

}  // namespace lockstep
