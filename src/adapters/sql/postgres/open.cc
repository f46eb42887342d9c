// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>
#include <vector>

#include "adapters/sql/migrations.h"
#include "adapters/sql/pipelined_batch.h"
#include "adapters/sql/postgres/node_file.h"
#include "adapters/sql/postgres/postgres_connection.h"
#include "adapters/sql/repository.h"
#include "adapters/sql/sql_store.h"
#include "adapters/sql/sqlite/data_directory.h"

namespace lockstep {
namespace {

/// As many as are read with at once, in this process.
constexpr std::size_t kReaders = 8;

/// The repository, which holds on to the data directory while it lives.
class PostgresStore final : public SqlRepository {
 public:
  PostgresStore(DataDirectory directory, std::unique_ptr<BatchWriter> writer,
                std::vector<std::unique_ptr<Connection>> readers)
      : SqlRepository(std::move(writer), std::move(readers)), directory_(std::move(directory)) {}

 private:
  DataDirectory directory_;
};

}  // namespace

bool is_postgres_url(std::string_view text) { return PostgresUrl::is_one(text); }

Result<std::unique_ptr<Connection>> connect_postgres(const std::string& url) {
  LOCKSTEP_TRY(PostgresUrl parsed, PostgresUrl::parse(url));
  // Owned by its connections.
  const auto server = std::make_shared<PostgresServer>(std::move(parsed));
  LOCKSTEP_TRY(std::unique_ptr<Connection> connection, PostgresConnection::open(server));
  return connection;
}

Result<std::unique_ptr<Store>> open_postgres_store(const std::string& url,
                                                   const std::filesystem::path& data_dir,
                                                   Random& random) {
  LOCKSTEP_TRY(PostgresUrl parsed, PostgresUrl::parse(url));
  LOCKSTEP_TRY(DataDirectory directory, DataDirectory::hold(data_dir));
  LOCKSTEP_TRY(const NodeId node, read_or_make_node(data_dir, random));

  // Owned by its connections.
  const auto server = std::make_shared<PostgresServer>(std::move(parsed));
  LOCKSTEP_TRY(auto writer, PostgresConnection::open(server));
  LOCKSTEP_CHECK(migrate(*writer, random));
  LOCKSTEP_CHECK(writer->begin_read());
  LOCKSTEP_TRY(AuditLog log, AuditLog::load(*writer, node));
  LOCKSTEP_CHECK(writer->end_read());

  std::vector<std::unique_ptr<Connection>> readers;
  for (std::size_t i = 0; i < kReaders; ++i) {
    LOCKSTEP_TRY(std::unique_ptr<Connection> reader, PostgresConnection::open(server));
    readers.push_back(std::move(reader));
  }
  auto batches = std::make_unique<PipelinedBatch>(
      std::move(writer), std::move(log),
      [data_dir, &random] { return renew_node(data_dir, random); });
  return std::make_unique<PostgresStore>(std::move(directory), std::move(batches),
                                         std::move(readers));
}

}  // namespace lockstep
