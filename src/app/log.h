// SPDX-License-Identifier: Apache-2.0
// The server's own log: one line per event on standard error, "key=value" pairs, for the journal
// or a collector to take. What users and operators did is in the audit, not here.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "app/config.h"

namespace lockstep {

/// One pair of a log line. Never holds a secret.
struct LogField {
  std::string_view key;
  std::string value;
};

/// Sets what is written from now on. Call before the first thread starts.
void start_log(LogLevel lowest);

/// Changes what is written. Thread-safe.
void set_log_level(LogLevel lowest);

/// Writes "time=… level=… event=EVENT key=value …". Thread-safe.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

/// "event=EVENT key=value …": values with blanks, quotes or control characters are quoted and
/// escaped, so that no value can look like another pair or another line.
[[nodiscard]] std::string log_line(std::string_view event, std::initializer_list<LogField> fields);

}  // namespace lockstep
