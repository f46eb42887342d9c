// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/audit_import.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/sql/sqlite/sqlite_connection.h"

namespace lockstep {
namespace {

std::unexpected<Error> misfit(const ChainHead& head, const AuditRecord& record) {
  const std::string chain = fmt::format("chain {}", record.node.value());
  if (record.seq > head.seq + 1) {
    return fail(Errc::corrupt, fmt::format("the mirror lacks the records {} to {} of {}",
                                           head.seq + 1, record.seq - 1, chain));
  }
  return fail(Errc::corrupt, fmt::format("record {} of {} in the mirror does not follow from the "
                                         "one before it: it was changed, or is of another store",
                                         record.seq, chain));
}

}  // namespace

Result<AuditImport> AuditImport::open(const std::filesystem::path& data_dir) {
  LOCKSTEP_TRY(DataDirectory directory, DataDirectory::hold(data_dir));
  const SqliteFile file{directory.database()};
  LOCKSTEP_TRY(
      std::unique_ptr<Connection> database,
      SqliteConnection::open_writer(file, std::make_unique<DataDirectory>(std::move(directory))));
  LOCKSTEP_CHECK(database->begin_write());
  return AuditImport(std::move(database));
}

Result<bool> AuditImport::add(const AuditRecord& record) {
  auto chain = chains_.find(record.node);
  if (chain == chains_.end()) {
    LOCKSTEP_TRY(AuditLog log, AuditLog::load(*database_, record.node));
    chain = chains_.emplace(record.node, std::move(log)).first;
  }
  const ChainHead head = chain->second.head();
  if (record.seq < head.seq) return false;
  if (record.seq == head.seq) {
    // The last one that both know: were it another, so would be all that follow.
    if (record.hash != head.hash) return misfit(head, record);
    return false;
  }
  if (!follows(head, record)) return misfit(head, record);
  LOCKSTEP_CHECK(chain->second.append(*database_, {record.event}));
  return true;
}

Result<void> AuditImport::finish() {
  for (auto& [node, log] : chains_) LOCKSTEP_CHECK(log.save_head(*database_));
  return database_->commit();
}

}  // namespace lockstep
