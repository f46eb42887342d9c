// SPDX-License-Identifier: Apache-2.0
#include "core/audit/chain.h"

#include "crypto/digest.h"

namespace lockstep {
namespace {

void append(Bytes& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift)));
  }
}

/// Length first, so that no two different lists of texts give the same bytes.
void append(Bytes& out, std::string_view text) {
  append(out, static_cast<std::uint64_t>(text.size()));
  const ByteView bytes = bytes_of(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

Bytes canonical(const AuditEvent& event) {
  Bytes out;
  append(out, name_of(event.kind));
  append(out, static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
  append(out, event.actor.value());
  // A user or serial that is absent differs from any that is there: neither can be empty.
  append(out, event.user ? std::string_view(event.user->text()) : std::string_view());
  append(out, event.serial ? std::string_view(event.serial->text()) : std::string_view());
  append(out, name_of(event.reason));
  append(out, event.source);
  append(out, static_cast<std::uint64_t>(event.details.size()));
  for (const auto& [key, value] : event.details) {
    append(out, key);
    append(out, value);
  }
  return out;
}

AuditRecord link(NodeId node, const ChainHead& head, AuditEvent event) {
  const std::uint64_t seq = head.seq + 1;
  Bytes input(head.hash.begin(), head.hash.end());
  append(input, node.value());
  append(input, seq);
  const Bytes body = canonical(event);
  input.insert(input.end(), body.begin(), body.end());
  return {node, seq, sha256(input), std::move(event)};
}

bool follows(const ChainHead& head, const AuditRecord& record) {
  const AuditRecord expected = link(record.node, head, record.event);
  return expected.seq == record.seq && expected.hash == record.hash;
}

}  // namespace lockstep
