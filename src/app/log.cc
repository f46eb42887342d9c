// SPDX-License-Identifier: Apache-2.0
#include "app/log.h"

#include <algorithm>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace lockstep {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

bool is_plain(char one) {
  const auto byte = static_cast<unsigned char>(one);
  return byte > 0x20 && byte != 0x7F && one != '"' && one != '\\' && one != '=';
}

std::string quoted(const std::string& value) {
  if (!value.empty() && std::ranges::all_of(value, is_plain)) return value;
  std::string result = "\"";
  for (const char one : value) {
    const auto byte = static_cast<unsigned char>(one);
    if (one == '"' || one == '\\') result += '\\';
    if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += one;
    }
  }
  return result + '"';
}

}  // namespace

void start_log(LogLevel lowest) {
  auto logger = std::make_shared<spdlog::logger>("lockstep",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("time=%Y-%m-%dT%H:%M:%S.%fZ level=%l %v", spdlog::pattern_time_type::utc);
  logger->set_level(level_of(lowest));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(LogLevel lowest) { spdlog::set_level(level_of(lowest)); }

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  spdlog::log(level_of(level), "{}", log_line(event, fields));
}

std::string log_line(std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = "event=" + std::string(event);
  for (const LogField& field : fields) {
    line += ' ' + std::string(field.key) + '=' + quoted(field.value);
  }
  return line;
}

}  // namespace lockstep
