// SPDX-License-Identifier: Apache-2.0
#include "virtual_disk.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

#include "base/assert.h"

namespace lockstep {
namespace {

constexpr int kPathBytesMax = 512;
/// What SQLite assumes of a disk on Linux (os_unix.c).
constexpr int kSectorBytes = 4'096;

ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What a database needs of the operating system beside files, answered as plainly as can be.

int full_path(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
  return std::snprintf(out, static_cast<std::size_t>(size), "%s", name) < size ? SQLITE_OK
                                                                               : SQLITE_CANTOPEN;
}

int randomness(sqlite3_vfs* /*vfs*/, int count, char* out) {
  std::memset(out, 0, static_cast<std::size_t>(count));
  return count;
}

/// Only waiting for a lock gets here, and whoever holds one needs a processor, not time.
int give_way(sqlite3_vfs* /*vfs*/, int micros) {
  std::this_thread::yield();
  return micros;
}

int current_time(sqlite3_vfs* /*vfs*/, sqlite3_int64* out) {
  constexpr sqlite3_int64 kUnixEpoch = 210'866'760'000'000;  // in Julian milliseconds
  *out = kUnixEpoch;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*out*/) { return 0; }

int control(sqlite3_file* /*raw*/, int /*what*/, void* /*argument*/) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file* /*raw*/) { return kSectorBytes; }
/// A write spares the bytes beside it even when the power goes: what SQLite takes for granted on
/// Linux, and what sectors that are kept or lost as a whole give.
int characteristics(sqlite3_file* /*raw*/) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

}  // namespace

std::string VirtualDisk::next_name() {
  static std::atomic<std::uint64_t> count = 0;
  return "virtual-disk-" + std::to_string(++count);
}

sqlite3_io_methods VirtualDisk::methods() {
  return {
      .iVersion = 2,
      .xClose = close,
      .xRead = read,
      .xWrite = write,
      .xTruncate = truncate,
      .xSync = sync,
      .xFileSize = file_size,
      .xLock = lock,
      .xUnlock = unlock,
      .xCheckReservedLock = check_reserved,
      .xFileControl = control,
      .xSectorSize = sector_size,
      .xDeviceCharacteristics = characteristics,
      .xShmMap = map,
      .xShmLock = lock_shared,
      .xShmBarrier = barrier,
      .xShmUnmap = unmap,
      .xFetch = nullptr,
      .xUnfetch = nullptr,
  };
}

const sqlite3_io_methods VirtualDisk::kMethods = methods();

VirtualDisk::VirtualDisk(const DiskImage& image, Listener listener) {
  listener_ = std::move(listener);
  for (const auto& [name, content] : image) {
    const auto file = std::make_shared<File>();
    file->number = files_made_++;
    file->name = name;
    file->content = content;
    files_.emplace(name, file);
  }
  vfs_.iVersion = 2;
  vfs_.szOsFile = sizeof(OpenFile);
  vfs_.mxPathname = kPathBytesMax;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = open;
  vfs_.xDelete = remove;
  vfs_.xAccess = access;
  vfs_.xFullPathname = full_path;
  vfs_.xRandomness = randomness;
  vfs_.xSleep = give_way;
  vfs_.xGetLastError = last_error;
  vfs_.xCurrentTimeInt64 = current_time;
  LOCKSTEP_ASSERT(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK);
}

VirtualDisk::~VirtualDisk() { LOCKSTEP_ASSERT(sqlite3_vfs_unregister(&vfs_) == SQLITE_OK); }

void VirtualDisk::fail_when(Faults faults) {
  const std::scoped_lock lock(mutex_);
  faults_ = std::move(faults);
}

void VirtualDisk::no_farewell() {
  const std::scoped_lock lock(mutex_);
  no_farewell_ = true;
}

void VirtualDisk::mark(std::uint64_t what) {
  const std::scoped_lock lock(mutex_);
  if (listener_) listener_(DiskOp{DiskOp::Kind::mark, 0, what, {}});
}

std::uint64_t VirtualDisk::size_of(const std::string& file) const {
  const std::scoped_lock lock(mutex_);
  const auto found = files_.find(file);
  return found == files_.end() ? 0 : found->second->content.size();
}

DiskImage VirtualDisk::image() const {
  const std::scoped_lock lock(mutex_);
  DiskImage image;
  for (const auto& [name, file] : files_) image.emplace(name, file->content);
  return image;
}

DiskFault VirtualDisk::fault(DiskCall call, const std::string& name) {
  if (name.empty()) return DiskFault::none;
  const std::uint64_t count = calls_++;
  return faults_ ? faults_(call, name, count) : DiskFault::none;
}

void VirtualDisk::tell(DiskOp::Kind kind, const File& file, std::uint64_t place, ByteView data) {
  if (!listener_ || file.name.empty()) return;
  listener_(DiskOp{kind, file.number, place, Bytes(data.begin(), data.end())});
}

// ---- The file system.

int VirtualDisk::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* raw, int flags,
                      int* out_flags) {
  VirtualDisk& disk = of(vfs);
  const std::scoped_lock lock(disk.mutex_);
  raw->pMethods = nullptr;
  const std::string path = name == nullptr ? "" : name;
  std::shared_ptr<File> file;
  if (const auto found = disk.files_.find(path); found != disk.files_.end()) file = found->second;
  if (!file) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    if (disk.fault(DiskCall::create, path) != DiskFault::none) return SQLITE_CANTOPEN;
    file = std::make_shared<File>();
    file->name = path;
    if (!path.empty()) {
      file->number = disk.files_made_++;
      disk.files_.emplace(path, file);
      disk.tell(DiskOp::Kind::create, *file, 0, bytes_of(path));
    }
  }
  // SQLite gives the memory and takes it back; between the two an OpenFile lives in it.
  OpenFile* const open = std::construct_at(reinterpret_cast<OpenFile*>(raw));
  open->pMethods = &kMethods;
  open->disk = &disk;
  open->file = std::move(file);
  open->read_only = (flags & SQLITE_OPEN_READONLY) != 0;
  open->removed_when_closed = !path.empty() && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int VirtualDisk::close(sqlite3_file* raw) {
  OpenFile& open = of(raw);
  static_cast<void>(unlock(raw, SQLITE_LOCK_NONE));
  static_cast<void>(unmap(raw, 0));
  if (open.removed_when_closed) {
    const std::scoped_lock lock(open.disk->mutex_);
    open.disk->files_.erase(open.file->name);
    open.disk->tell(DiskOp::Kind::remove, *open.file, 0, bytes_of(open.file->name));
  }
  std::destroy_at(&open);
  return SQLITE_OK;
}

int VirtualDisk::remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  VirtualDisk& disk = of(vfs);
  const std::scoped_lock lock(disk.mutex_);
  const auto found = disk.files_.find(name);
  if (found == disk.files_.end()) return SQLITE_IOERR_DELETE_NOENT;
  if (disk.fault(DiskCall::remove, name) != DiskFault::none) return SQLITE_IOERR_DELETE;
  const std::shared_ptr<File> file = found->second;
  disk.files_.erase(found);
  disk.tell(DiskOp::Kind::remove, *file, 0, bytes_of(file->name));
  if (sync_directory != 0) disk.tell(DiskOp::Kind::sync_names, *file, 0, {});
  return SQLITE_OK;
}

int VirtualDisk::access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* answer) {
  VirtualDisk& disk = of(vfs);
  const std::scoped_lock lock(disk.mutex_);
  *answer = disk.files_.contains(name) ? 1 : 0;
  return SQLITE_OK;
}

// ---- One file.

int VirtualDisk::read(sqlite3_file* raw, void* to, int count, sqlite3_int64 offset) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  const std::span out(static_cast<std::uint8_t*>(to), static_cast<std::size_t>(count));
  const DiskFault fault = open.disk->fault(DiskCall::read, open.file->name);
  if (fault == DiskFault::io_error) return SQLITE_IOERR_READ;
  const std::size_t there = open.file->content.read(static_cast<std::uint64_t>(offset), out);
  if (fault == DiskFault::short_read) {
    std::ranges::fill(out.subspan(out.size() / 2), std::uint8_t{0});
    return SQLITE_IOERR_SHORT_READ;
  }
  return there == out.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int VirtualDisk::write(sqlite3_file* raw, const void* from, int count, sqlite3_int64 offset) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  ByteView data(static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(count));
  const DiskFault fault = open.disk->fault(DiskCall::write, open.file->name);
  if (fault == DiskFault::io_error) return SQLITE_IOERR_WRITE;
  if (fault == DiskFault::full) return SQLITE_FULL;
  if (fault == DiskFault::half) data = data.first(data.size() / 2);
  open.file->content.write(static_cast<std::uint64_t>(offset), data);
  open.disk->tell(DiskOp::Kind::write, *open.file, static_cast<std::uint64_t>(offset), data);
  return fault == DiskFault::half ? SQLITE_FULL : SQLITE_OK;
}

int VirtualDisk::truncate(sqlite3_file* raw, sqlite3_int64 size) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  if (open.disk->fault(DiskCall::truncate, open.file->name) != DiskFault::none) {
    return SQLITE_IOERR_TRUNCATE;
  }
  open.file->content.resize(static_cast<std::uint64_t>(size));
  open.disk->tell(DiskOp::Kind::truncate, *open.file, static_cast<std::uint64_t>(size), {});
  return SQLITE_OK;
}

int VirtualDisk::sync(sqlite3_file* raw, int /*flags*/) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  if (open.disk->fault(DiskCall::sync, open.file->name) != DiskFault::none) {
    open.disk->tell(DiskOp::Kind::lost_sync, *open.file, 0, {});
    return SQLITE_IOERR_FSYNC;
  }
  open.disk->tell(DiskOp::Kind::sync, *open.file, 0, {});
  // SQLite on Linux syncs the directory together with the first sync of a log that it made.
  open.disk->tell(DiskOp::Kind::sync_names, *open.file, 0, {});
  return SQLITE_OK;
}

int VirtualDisk::file_size(sqlite3_file* raw, sqlite3_int64* size) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  *size = static_cast<sqlite3_int64>(open.file->content.size());
  return SQLITE_OK;
}

// ---- Locks on a database, between the connections of this process.

int VirtualDisk::lock(sqlite3_file* raw, int level) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  File& file = *open.file;
  if (level <= open.lock) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (file.pending != nullptr) return SQLITE_BUSY;
    ++file.readers;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (file.reserved != nullptr) return SQLITE_BUSY;
    file.reserved = &open;
  } else {
    return open.disk->lock_exclusive(open);
  }
  open.lock = level;
  return SQLITE_OK;
}

int VirtualDisk::lock_exclusive(OpenFile& open) {
  File& file = *open.file;
  // With a write-ahead log the last connection to be closed is the only one that asks for this.
  if (no_farewell_ || open.read_only) return SQLITE_BUSY;
  if (file.reserved != nullptr && file.reserved != &open) return SQLITE_BUSY;
  if (file.pending != nullptr && file.pending != &open) return SQLITE_BUSY;
  file.pending = &open;
  open.lock = SQLITE_LOCK_PENDING;
  if (file.readers > 1) return SQLITE_BUSY;
  open.lock = SQLITE_LOCK_EXCLUSIVE;
  return SQLITE_OK;
}

int VirtualDisk::unlock(sqlite3_file* raw, int level) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  File& file = *open.file;
  if (level >= open.lock) return SQLITE_OK;
  if (file.reserved == &open) file.reserved = nullptr;
  if (file.pending == &open) file.pending = nullptr;
  if (level == SQLITE_LOCK_NONE) --file.readers;
  open.lock = level;
  return SQLITE_OK;
}

int VirtualDisk::check_reserved(sqlite3_file* raw, int* answer) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  *answer = open.file->reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

// ---- Shared memory.

int VirtualDisk::map(sqlite3_file* raw, int region, int size, int extend, void volatile** out) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  LOCKSTEP_ASSERT(size == static_cast<int>(kRegionBytes));
  Shared& shared = open.file->shared;
  if (!open.mapped) ++shared.users;
  open.mapped = true;
  *out = nullptr;
  const auto index = static_cast<std::size_t>(region);
  if (index >= shared.regions.size() && extend == 0) return SQLITE_OK;
  while (shared.regions.size() <= index) shared.regions.push_back(std::make_unique<Region>());
  *out = shared.regions[index]->data();
  return SQLITE_OK;
}

int VirtualDisk::lock_shared(sqlite3_file* raw, int offset, int count, int flags) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  Shared& shared = open.file->shared;
  const auto first = static_cast<std::size_t>(offset);
  const std::size_t end = first + static_cast<std::size_t>(count);
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    for (std::size_t i = first; i < end; ++i) {
      if (exclusive) shared.owner[i] = nullptr;
      if (!exclusive) --shared.readers[i];
    }
    return SQLITE_OK;
  }
  for (std::size_t i = first; i < end; ++i) {
    if (shared.owner[i] != nullptr) return SQLITE_BUSY;
    if (exclusive && shared.readers[i] > 0) return SQLITE_BUSY;
  }
  for (std::size_t i = first; i < end; ++i) {
    if (exclusive) shared.owner[i] = &open;
    if (!exclusive) ++shared.readers[i];
  }
  return SQLITE_OK;
}

void VirtualDisk::barrier(sqlite3_file* raw) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  // As SQLite's own does: a lock also orders for tools that do not understand fences.
  const std::scoped_lock lock(of(raw).disk->mutex_);
}

int VirtualDisk::unmap(sqlite3_file* raw, int /*remove*/) {
  OpenFile& open = of(raw);
  const std::scoped_lock lock(open.disk->mutex_);
  if (!open.mapped) return SQLITE_OK;
  open.mapped = false;
  // The last one out: whoever comes next reads the log anew, as after a crash.
  if (--open.file->shared.users == 0) open.file->shared = Shared{};
  return SQLITE_OK;
}

}  // namespace lockstep
