// SPDX-License-Identifier: Apache-2.0
#include "watched_connection.h"

#include <vector>

#include <sqlite3.h>

#include "adapters/sql/audit_log.h"
#include "adapters/sql/migrations.h"
#include "adapters/sql/repository.h"
#include "adapters/sql/savepoint_batch.h"
#include "adapters/sql/sqlite/sqlite_connection.h"
#include "base/handle.h"

namespace lockstep {
namespace {

class WatchedConnection final : public ForwardingConnection {
 public:
  using ForwardingConnection::ForwardingConnection;

  void watch(WriterWatch* watch) { watch_ = watch; }

  Result<void> begin_write() override {
    if (watch_ != nullptr) watch_->on_begin();
    return inner().begin_write();
  }

  /// The writer has answered everybody in the batch and now looks after its log.
  void tidy_up() override {
    if (watch_ != nullptr) watch_->on_answered();
    inner().tidy_up();
    if (watch_ != nullptr) watch_->on_tidy();
  }

 private:
  WriterWatch* watch_ = nullptr;
};

}  // namespace

std::uint64_t WriterWatch::begun() const {
  const std::scoped_lock lock(mutex_);
  return begun_;
}

void WriterWatch::wait_until_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return begun_ == done_; });
}

void WriterWatch::on_begin() {
  const std::scoped_lock lock(mutex_);
  ++begun_;
}

void WriterWatch::on_answered() { disk_.mark(begun()); }

void WriterWatch::on_tidy() {
  const std::scoped_lock lock(mutex_);
  ++done_;
  idle_.notify_all();
}

DiskImage empty_disk() { return {{kDatabase, Content()}}; }

Result<std::unique_ptr<Store>> open_store(VirtualDisk& disk, Random& random,
                                          const StoreSetup& setup) {
  const SqliteFile file{kDatabase, disk.vfs()};
  LOCKSTEP_TRY(std::unique_ptr<Connection> writer, SqliteConnection::open_writer(file, nullptr));
  if (setup.wrap) writer = setup.wrap(std::move(writer));
  auto watched = std::make_unique<WatchedConnection>(std::move(writer));
  LOCKSTEP_TRY(const NodeId node, migrate(*watched, random));
  LOCKSTEP_TRY(AuditLog log, AuditLog::load(*watched, node));
  watched->watch(setup.watch);
  std::vector<std::unique_ptr<Connection>> readers;
  LOCKSTEP_TRY(std::unique_ptr<Connection> reader, SqliteConnection::open_reader(file));
  readers.push_back(std::move(reader));
  return std::make_unique<SqlRepository>(
      std::make_unique<SavepointBatch>(std::move(watched), std::move(log)), std::move(readers));
}

Result<Bytes> read_pages(VirtualDisk& disk) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(kDatabase, &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                                     disk.vfs().c_str());
  const Handle<sqlite3, sqlite3_close_v2> database(raw);
  if (opened != SQLITE_OK) return fail(Errc::unavailable, "cannot open the database");
  sqlite3_int64 size = 0;
  const Handle<unsigned char, sqlite3_free> pages(sqlite3_serialize(raw, "main", &size, 0));
  if (pages == nullptr) return fail(Errc::unavailable, "cannot read the database");
  return Bytes(pages.get(), pages.get() + size);
}

}  // namespace lockstep
