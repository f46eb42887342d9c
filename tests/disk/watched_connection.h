// SPDX-License-Identifier: Apache-2.0
// The store of production on a virtual disk, with an ear at the place where the writer answers.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "adapters/sql/connection.h"
#include "ports/random.h"
#include "ports/store.h"
#include "virtual_disk.h"

namespace lockstep {

/// A connection that hands everything on to another. Planted faults derive from it.
class ForwardingConnection : public Connection {
 public:
  explicit ForwardingConnection(std::unique_ptr<Connection> inner) : inner_(std::move(inner)) {}

  Result<std::unique_ptr<Rows>> query(std::string_view sql, Parameters parameters) override {
    return inner_->query(sql, parameters);
  }
  Result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override {
    return inner_->execute(sql, parameters);
  }
  Result<void> script(const char* sql) override { return inner_->script(sql); }
  Result<void> begin_read() override { return inner_->begin_read(); }
  Result<void> end_read() override { return inner_->end_read(); }
  Result<void> begin_write() override { return inner_->begin_write(); }
  Result<void> commit() override { return inner_->commit(); }
  Result<void> rollback() override { return inner_->rollback(); }
  Result<void> begin_part() override { return inner_->begin_part(); }
  Result<void> keep_part() override { return inner_->keep_part(); }
  Result<void> drop_part() override { return inner_->drop_part(); }
  void tidy_up() override { inner_->tidy_up(); }

 protected:
  [[nodiscard]] Connection& inner() { return *inner_; }

 private:
  std::unique_ptr<Connection> inner_;
};

/// Counts the transactions of a store's writer and marks the disk where each was answered. Lives
/// longer than the stores it watches. Thread-safe.
class WriterWatch {
 public:
  /// Marks are made on `disk`, which outlives the watch.
  explicit WriterWatch(VirtualDisk& disk) : disk_(disk) {}

  /// Transactions so far. Only those of open stores count, not what opening itself writes.
  [[nodiscard]] std::uint64_t begun() const;
  /// Waits until the writer is done with all it has begun, also with tidying up, so that what it
  /// writes does not depend on who is faster.
  void wait_until_idle();

  // For the connection that is watched.
  void on_begin();
  void on_answered();
  void on_tidy();

 private:
  VirtualDisk& disk_;
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::uint64_t begun_ = 0;
  std::uint64_t done_ = 0;
};

/// Puts a faulty connection around the one that writes.
using Wrap = std::function<std::unique_ptr<Connection>(std::unique_ptr<Connection>)>;

struct StoreSetup {
  WriterWatch* watch = nullptr;
  Wrap wrap{};
};

/// The database's name on every virtual disk.
inline constexpr const char* kDatabase = "lockstep.db";

/// A disk on which the data directory was made and nothing else.
[[nodiscard]] DiskImage empty_disk();

/// The store on `disk` as open_sqlite_store makes it, with one reader (for one caller at a time).
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(VirtualDisk& disk, Random& random,
                                                        const StoreSetup& setup = {});

/// The whole database page by page, as a reader sees it: with what is still in the log.
[[nodiscard]] Result<Bytes> read_pages(VirtualDisk& disk);

}  // namespace lockstep
