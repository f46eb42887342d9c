// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "core/audit/chain_check.h"
#include "formats/audit_line.h"

namespace lockstep {

/// The first line of a mirror that is not what was written.
struct MirrorBreak {
  AuditBreak what;         ///< node 0: the line cannot be read at all
  std::uint64_t line = 0;  ///< from 1, through all files; the one behind the last for `cut`
};

/// What a mirror holds of one chain.
struct MirroredChain {
  NodeId node;
  std::uint64_t records = 0;
  std::uint64_t behind = 0;  ///< it begins behind this number: earlier files hold the rest
  ChainHead end;
  std::optional<SignedHead> newest;  ///< its last signed head
};

struct MirrorVerdict {
  std::uint64_t lines = 0;
  std::uint64_t records = 0;
  std::vector<MirroredChain> chains;  ///< by node
  bool unfinished = false;            ///< the last line has no end
  std::optional<MirrorBreak> broken;
};

/// Checks a mirror, line by line: that every record follows the one before it, and that every
/// signed head is by the audit key and says what the records say. Keeps no records.
class MirrorCheck {
 public:
  /// `key`: none, and signatures are not looked at. `noted`: signed heads that were kept elsewhere;
  /// the mirror has to reach them.
  MirrorCheck(std::optional<PublicKey> key, std::vector<SignedHead> noted)
      : key_(key), noted_(std::move(noted)) {}

  /// What follows is from the next file: rotated ones are read from the oldest to the newest.
  void begin_file();
  /// A line without its end.
  void visit(std::string_view line);
  /// The last line of the last file has no end: it is being written, or its writer was killed.
  void visit_unfinished();

  [[nodiscard]] MirrorVerdict finish();

 private:
  struct Chain {
    MirroredChain seen;
    std::uint64_t last_signed = 0;
    std::uint64_t furthest = 0;  ///< the end before the file that holds the whole chain once more
    bool in_this_file = false;
  };

  void take(const AuditRecord& record);
  void take(const HeadLine& line);
  void take(const FromLine& from);
  void compare(const AuditRecord& record);
  void report(AuditBreak::Kind kind, NodeId node, std::uint64_t seq);
  Chain& chain(NodeId node);

  const std::optional<PublicKey> key_;
  const std::vector<SignedHead> noted_;
  std::map<NodeId, Chain> chains_;
  MirrorVerdict verdict_;
};

}  // namespace lockstep
