// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <libpq-fe.h>

#include "adapters/sql/pipelined_connection.h"
#include "adapters/sql/postgres/server.h"
#include "base/handle.h"

namespace lockstep {

/// The driver for PostgreSQL, over libpq's pipeline mode: statements are sent as they come, and
/// their answers are read when somebody has to know.
///
/// It never cancels anything: a cancelled commit may be done and not replicated, and report
/// success. A server that is silent too long loses the connection instead.
class PostgresConnection final : public PipelinedConnection {
 public:
  using Answer = Handle<PGresult, PQclear>;

  /// Not connected yet; `open` is.
  explicit PostgresConnection(std::shared_ptr<PostgresServer> server)
      : server_(std::move(server)) {}

  /// Connects. `server` is shared by the connections to it; the last of them closes it.
  /// Errors: unavailable; invalid_input, when the database is not set up as it has to be: its
  /// encoding, its collation, a server that does not write to disk. Each says what to do.
  static Result<std::unique_ptr<PostgresConnection>> open(std::shared_ptr<PostgresServer> server);

  Result<std::unique_ptr<Rows>> query(std::string_view sql, Parameters parameters) override;
  Result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override;
  Result<void> queue(std::string_view sql, Parameters parameters) override;
  Result<void> queue_one(std::string_view sql, Parameters parameters, Error otherwise) override;
  Result<void> script(const char* sql) override;

  Result<void> begin_read() override;
  Result<void> end_read() override;
  Result<void> begin_write() override;
  Result<void> commit() override;
  Result<void> rollback() override;
  Result<void> begin_part() override;
  Result<void> keep_part() override;
  Result<void> drop_part() override;
  [[nodiscard]] bool is_lost() const override { return session_ == nullptr; }
  [[nodiscard]] std::string_view row_lock() const override { return " FOR NO KEY UPDATE"; }
  void tidy_up() override {}

  void set_part(std::size_t part) override { part_ = part; }
  Result<void> settle() override;
  [[nodiscard]] const std::vector<std::size_t>& failed_parts() const override {
    return failed_parts_;
  }
  [[nodiscard]] Aftermath aftermath() const override { return aftermath_; }
  [[nodiscard]] std::uint64_t session() const override { return session_count_; }

  /// How long a server may be silent while it is waited for, before the connection is given up.
  static constexpr int kSilenceMillisecondsMax = 5'000;
  /// How many statements are kept prepared; all texts are our own and fewer.
  static constexpr std::size_t kStatementsMax = 256;

 private:
  enum class Kind { statement, prepare, sync };
  /// Something that was sent and whose answer was not read yet.
  struct Sent {
    Kind kind = Kind::statement;
    std::string sql;  ///< for `prepare`
    std::optional<Error> unless_one;
    std::size_t part = kNoPart;
  };
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  Result<void> connect();
  Result<void> set_up();
  /// Makes sure of a session that is idle, a new one where the old one is gone.
  Result<void> be_ready();
  [[nodiscard]] bool was_closed() const;

  Result<void> send(std::string_view sql, Parameters parameters, std::optional<Error> unless_one);
  Result<void> send_prepare(std::string_view sql, std::string& name);
  /// Reads all answers that are due. Returns the one to the last statement.
  Result<Answer> receive();
  Result<void> judge(const Sent& sent, PGresult* answer);
  void forget(const Sent& sent);
  Result<Answer> next_answer();
  /// Sends what libpq holds back, and waits for the socket.
  Result<void> flush();
  Result<void> wait(short events);
  std::unexpected<Error> sql_error(const PGresult* answer, const Sent& sent);
  /// `why` is copied: libpq's words go with the session.
  std::unexpected<Error> lost(std::string why);

  const std::shared_ptr<PostgresServer> server_;
  PostgresServer::Session session_;
  std::uint64_t session_count_ = 0;
  std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> names_;  // by SQL text
  std::size_t next_name_ = 0;
  std::deque<Sent> sent_;

  std::size_t part_ = kNoPart;
  std::vector<std::size_t> failed_parts_;
  Aftermath aftermath_ = Aftermath::refused;
  bool committing_ = false;
  bool warned_ = false;  // set by libpq's callback while it reads
};

}  // namespace lockstep
