// SPDX-License-Identifier: Apache-2.0
#include "formats/audit_export.h"
#include "formats/audit_line.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = lockstep::text_of(data, size);
  const auto line = lockstep::parse_audit_line(text);
  if (!line) return 0;
  // There is one way to write a line.
  LOCKSTEP_ASSERT(lockstep::to_line(*line) == text);
  if (const auto* record = std::get_if<lockstep::AuditRecord>(&*line); record != nullptr) {
    LOCKSTEP_ASSERT(lockstep::to_cef(*record).find('\n') == std::string::npos);
    LOCKSTEP_ASSERT(lockstep::to_syslog(*record).find('\n') == std::string::npos);
  }
  return 0;
}
