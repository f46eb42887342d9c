// SPDX-License-Identifier: Apache-2.0
// The hash chain of audit records: each hash covers the record and the hash before it, so an edit,
// a gap, a change of order shows up at the first record behind it.
#pragma once

#include <array>
#include <cstdint>

#include "base/secret.h"
#include "core/audit/event.h"

namespace lockstep {

using ChainHash = std::array<std::uint8_t, 32>;

/// Which writer wrote a record. One chain for each.
using NodeId = Strong<struct NodeIdTag, std::uint64_t>;

/// The end of a chain: the last sequence number (0 = none) and hash.
struct ChainHead {
  std::uint64_t seq = 0;
  ChainHash hash{};

  friend bool operator==(const ChainHead&, const ChainHead&) = default;
};

/// An event in its place.
struct AuditRecord {
  NodeId node;
  std::uint64_t seq = 0;  ///< from 1, without gaps
  ChainHash hash{};
  AuditEvent event;
};

/// `event` as bytes, the same on every machine and version: the input of the hash.
[[nodiscard]] Bytes canonical(const AuditEvent& event);

/// The record that follows `head`: SHA-256(head.hash ‖ node ‖ seq ‖ canonical(event)).
[[nodiscard]] AuditRecord link(NodeId node, const ChainHead& head, AuditEvent event);

/// Whether `record` is what `link` would have made after `head`.
[[nodiscard]] bool follows(const ChainHead& head, const AuditRecord& record);

}  // namespace lockstep
