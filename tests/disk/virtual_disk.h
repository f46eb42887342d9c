// SPDX-License-Identifier: Apache-2.0
// A disk in memory that SQLite uses without noticing, with the settings of production: write-ahead
// log, shared memory (on the heap), locks between the connections of one process.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "disk_state.h"

namespace lockstep {

/// What a disk may be asked for, and how it may refuse.
enum class DiskCall : std::uint8_t { read, write, truncate, sync, remove, create };
enum class DiskFault : std::uint8_t {
  none,
  io_error,    ///< EIO. Of a sync: what was not on disk yet never will be, and a second sync of the
               ///< same file reports success, as Linux does it
  full,        ///< ENOSPC: nothing of it was written
  half,        ///< ENOSPC after the first half
  short_read,  ///< fewer bytes than there are
};

/// Thread-safe. Outlives the connections to it.
class VirtualDisk {
 public:
  /// Says what happens to the call with this number, counted from 0 since the disk was made.
  using Faults =
      std::function<DiskFault(DiskCall call, std::string_view name, std::uint64_t count)>;
  /// Hears of everything that changes the disk, in order and one at a time.
  using Listener = std::function<void(DiskOp op)>;

  explicit VirtualDisk(const DiskImage& image = {}, Listener listener = nullptr);
  VirtualDisk(const VirtualDisk&) = delete;
  VirtualDisk& operator=(const VirtualDisk&) = delete;
  ~VirtualDisk();

  /// The name to open databases on this disk by.
  [[nodiscard]] const std::string& vfs() const { return name_; }

  void fail_when(Faults faults);
  /// From now on connections are closed as a process that is killed closes them: what is in the log
  /// stays there. For disks that nobody looks at again: tidying up would be most of their work. Not
  /// before the database is there.
  void no_farewell();
  /// Tells the listener that something happened here.
  void mark(std::uint64_t what);

  /// Bytes of the file; 0 for one that is not there.
  [[nodiscard]] std::uint64_t size_of(const std::string& file) const;
  /// All files as a process sees them.
  [[nodiscard]] DiskImage image() const;

 private:
  static constexpr std::size_t kSharedLocks = SQLITE_SHM_NLOCK;
  static constexpr std::size_t kRegionBytes = 32'768;
  using Region = std::array<std::uint8_t, kRegionBytes>;
  struct OpenFile;

  /// The shared memory beside a database: the log's index, and locks on it.
  struct Shared {
    std::vector<std::unique_ptr<Region>> regions;
    std::array<int, kSharedLocks> readers{};
    std::array<const OpenFile*, kSharedLocks> owner{};
    int users = 0;
  };
  struct File {
    std::uint32_t number = 0;
    std::string name;  // empty: temporary, and nobody hears of it
    Content content;
    int readers = 0;  // the locks on a database file: SQLite's SHARED, RESERVED, PENDING, EXCLUSIVE
    const OpenFile* reserved = nullptr;
    const OpenFile* pending = nullptr;
    Shared shared;
  };
  /// What SQLite allocates for each file that it opens.
  struct OpenFile : sqlite3_file {
    VirtualDisk* disk = nullptr;
    std::shared_ptr<File> file;  // shared by all who have it open, and lives on when removed
    int lock = SQLITE_LOCK_NONE;
    bool mapped = false;
    bool read_only = false;
    bool removed_when_closed = false;
  };

  static OpenFile& of(sqlite3_file* file) { return *static_cast<OpenFile*>(file); }
  static VirtualDisk& of(sqlite3_vfs* vfs) { return *static_cast<VirtualDisk*>(vfs->pAppData); }
  static sqlite3_io_methods methods();
  static const sqlite3_io_methods kMethods;

  // sqlite3_vfs
  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* raw, int flags, int* out_flags);
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_directory);
  static int access(sqlite3_vfs* vfs, const char* name, int flags, int* answer);
  // sqlite3_io_methods
  static int close(sqlite3_file* raw);
  static int read(sqlite3_file* raw, void* to, int count, sqlite3_int64 offset);
  static int write(sqlite3_file* raw, const void* from, int count, sqlite3_int64 offset);
  static int truncate(sqlite3_file* raw, sqlite3_int64 size);
  static int sync(sqlite3_file* raw, int flags);
  static int file_size(sqlite3_file* raw, sqlite3_int64* size);
  static int lock(sqlite3_file* raw, int level);
  static int unlock(sqlite3_file* raw, int level);
  static int check_reserved(sqlite3_file* raw, int* answer);
  static int map(sqlite3_file* raw, int region, int size, int extend, void volatile** out);
  static int lock_shared(sqlite3_file* raw, int offset, int count, int flags);
  static void barrier(sqlite3_file* raw);
  static int unmap(sqlite3_file* raw, int remove);

  DiskFault fault(DiskCall call, const std::string& name);
  void tell(DiskOp::Kind kind, const File& file, std::uint64_t place, ByteView data);
  int lock_exclusive(OpenFile& open);

  static std::string next_name();

  const std::string name_ = next_name();
  Listener listener_;
  sqlite3_vfs vfs_{};

  mutable std::mutex mutex_;
  Faults faults_;
  bool no_farewell_ = false;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::uint32_t files_made_ = 0;
  std::uint64_t calls_ = 0;
};

}  // namespace lockstep
