// SPDX-License-Identifier: Apache-2.0
// The audit as lines of JSON: what a mirror file holds, and what `audit export` prints.
// docs/reference/audit-mirror.md describes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"
#include "core/audit/signed_head.h"

namespace lockstep {

/// A longer line is none of ours.
inline constexpr std::size_t kAuditLineBytesMax = 1U << 20U;

/// A signed head in a file, and the number of the head before it in the same file, 0 where there is
/// none: so that a head that was taken out is missed.
struct HeadLine {
  SignedHead head;
  std::uint64_t after = 0;

  friend bool operator==(const HeadLine&, const HeadLine&) = default;
};

/// Where a chain goes on in a file that does not hold its beginning.
struct FromLine {
  NodeId node;
  ChainHead head;

  friend bool operator==(const FromLine&, const FromLine&) = default;
};

using AuditLine = std::variant<AuditRecord, HeadLine, FromLine>;

/// One line, without its end.
[[nodiscard]] std::string to_line(const AuditLine& line);

/// The inverse of `to_line`, and nothing else: of two ways to write the same thing one is refused,
/// so that an edited line is found whatever the edit was.
/// Errors: invalid_input, when `text` is not what `to_line` writes.
[[nodiscard]] Result<AuditLine> parse_audit_line(std::string_view text);

/// A record as an object of the API. What its JSON says is what `to_line` writes.
[[nodiscard]] boost::json::object record_object(const AuditRecord& record);
/// A signed head as an object of the API.
[[nodiscard]] boost::json::object signed_head_object(const SignedHead& head);

/// The inverses. Errors: invalid_input, naming the member.
[[nodiscard]] Result<AuditRecord> record_of(const boost::json::value& value);
[[nodiscard]] Result<SignedHead> signed_head_of(const boost::json::value& value);

}  // namespace lockstep
