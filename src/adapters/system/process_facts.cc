// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/process_facts.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace lockstep {
namespace {

// Places in /proc/PID/stat, behind the program's name, which may hold anything: proc(5).
constexpr std::size_t kUserTicks = 11;
constexpr std::size_t kSystemTicks = 12;
constexpr std::size_t kThreads = 17;
constexpr std::size_t kStartTicks = 19;
constexpr std::size_t kVirtualBytes = 20;
constexpr std::size_t kResidentPages = 21;

std::optional<std::vector<std::string>> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  if (fields.size() <= kResidentPages) return std::nullopt;
  return fields;
}

/// When the machine was started, seconds since 1970; 0, where it is not to be seen.
double boot_seconds() {
  std::ifstream file("/proc/stat");
  std::string word;
  while (file >> word) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

std::uint64_t count_open_files() {
  std::error_code problem;
  const std::filesystem::directory_iterator files("/proc/self/fd", problem);
  if (problem) return 0;
  const auto count = std::distance(begin(files), end(files));
  return static_cast<std::uint64_t>(count - 1);  // One of them is this look itself.
}

std::uint64_t open_files_max() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

Result<ProcessFacts> read_process_facts() {
  const auto fields = read_stat();
  if (!fields) return fail(Errc::unavailable, "/proc/self/stat cannot be read");
  const auto number = [&](std::size_t at) {
    return std::strtoull((*fields)[at].c_str(), nullptr, 10);
  };
  const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto seconds = [&](std::size_t at) {
    return static_cast<double>(number(at)) / ticks_per_second;
  };
  ProcessFacts facts;
  facts.cpu_seconds = seconds(kUserTicks) + seconds(kSystemTicks);
  facts.start_seconds = boot_seconds() + seconds(kStartTicks);
  facts.resident_bytes =
      number(kResidentPages) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  facts.virtual_bytes = number(kVirtualBytes);
  facts.threads = number(kThreads);
  facts.open_files = count_open_files();
  facts.open_files_max = open_files_max();
  return facts;
}

}  // namespace lockstep
