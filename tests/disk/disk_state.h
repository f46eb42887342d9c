// SPDX-License-Identifier: Apache-2.0
// What a disk holds, apart from what it has only promised to hold.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/secret.h"
#include "content.h"
#include "testing/seeded_random.h"

namespace lockstep {

/// One thing that was done to a disk, as a VirtualDisk writes it down.
struct DiskOp {
  enum class Kind : std::uint8_t {
    create,      ///< `data` is the file's name, `file` its number from now on
    remove,      ///< `data` is the name; the file lives on for who has it open
    write,       ///< `data` at `place`
    truncate,    ///< to `place` bytes
    sync,        ///< everything written to the file so far is on disk
    lost_sync,   ///< the sync failed: what was written since the last one will never be on disk
    sync_names,  ///< everything created and removed so far is on disk
    mark,        ///< the test's own: `place` says what happened here
  };
  Kind kind = Kind::mark;
  std::uint32_t file = 0;
  std::uint64_t place = 0;
  Bytes data;
};

/// Every file there is, by name.
using DiskImage = std::map<std::string, Content>;

/// What becomes of that which was written and not synced when the power goes.
enum class Cut : std::uint8_t {
  none,     ///< nothing of it is there
  all,      ///< it had all reached the disk
  some,     ///< some of the writes
  torn,     ///< some sectors of the writes
  process,  ///< no power cut: the process alone ended, and what it wrote is as it saw it
};

/// A disk as it is after the operations applied so far. Names reach the disk in the order they were
/// made, as in a file system with a journal; writes between two syncs in any order.
class DiskState {
 public:
  static constexpr std::size_t kSectorBytes = 512;

  explicit DiskState(const DiskImage& image = {});

  /// `op` outlives the state.
  void apply(const DiskOp& op);

  /// Grows whenever something reaches the disk: between two equal numbers Cut::none gives the same.
  [[nodiscard]] std::uint64_t durable_changes() const { return durable_changes_; }

  /// True when a power cut now would lose nothing: every image is the same.
  [[nodiscard]] bool is_synced() const;

  /// The disk that is found after the power went. `random` chooses what is kept of `some`, `torn`.
  [[nodiscard]] DiskImage after(Cut cut, SeededRandom& random) const;

 private:
  struct File {
    Content durable;
    Content seen;  // by who reads it now
    std::vector<const DiskOp*> pending;
  };
  class Choice;

  [[nodiscard]] std::size_t pieces(Cut cut) const;
  [[nodiscard]] static Content kept(const File& file, Cut cut, Choice& choice);
  static void change_names(std::map<std::string, std::uint32_t>& names, const DiskOp& op);

  std::deque<File> files_;
  std::map<std::string, std::uint32_t> names_;
  std::map<std::string, std::uint32_t> durable_names_;
  std::vector<const DiskOp*> pending_names_;
  std::uint64_t durable_changes_ = 0;
};

}  // namespace lockstep
