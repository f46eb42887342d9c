// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres/postgres_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>

#include "adapters/sql/postgres/rows.h"
#include "base/assert.h"

namespace lockstep {
namespace {

/// The parameters of one statement as libpq wants them. Numbers go as text, which is right for
/// whatever integer type the server works out; all else as bytes.
class Arguments {
 public:
  explicit Arguments(Parameters parameters) {
    // Reserved, so that pointers into the texts stay good.
    texts_.reserve(parameters.size());
    for (const Parameter& parameter : parameters) add(parameter.value());
  }

  [[nodiscard]] int count() const { return static_cast<int>(values_.size()); }
  [[nodiscard]] const char* const* values() const { return values_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  void add(const Parameter::Value& value) {
    static constexpr char kEmpty[] = "";
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      texts_.push_back(std::to_string(*number));
      add(texts_.back().c_str(), texts_.back().size(), 0);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      add(text->empty() ? kEmpty : text->data(), text->size(), 1);
    } else if (const auto* bytes = std::get_if<ByteView>(&value)) {
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libpq takes bytes as char.
      add(bytes->empty() ? kEmpty : reinterpret_cast<const char*>(bytes->data()), bytes->size(), 1);
    } else {
      add(nullptr, 0, 1);
    }
  }
  void add(const char* value, std::size_t length, int format) {
    values_.push_back(value);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(format);
  }

  std::vector<std::string> texts_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

std::string field(const PGresult* answer, int code) {
  const char* const text = PQresultErrorField(answer, code);
  return text == nullptr ? std::string() : std::string(text);
}

/// Everything about SQLSTATEs that matters here.
struct Meaning {
  Errc code = Errc::unavailable;
  Aftermath aftermath = Aftermath::refused;
  bool ends_session = false;
};

Meaning meaning_of(std::string_view state) {
  // The session is over, or is with a server that does not write any more.
  if (state.starts_with("57P") || state.starts_with("08") || state.starts_with("25P03") ||
      state == "25006" || state.empty()) {
    return {Errc::unavailable, Aftermath::not_written, true};
  }
  if (state == "40001" || state == "40P01" || state == "55P03") {
    return {Errc::unavailable, Aftermath::not_written, false};
  }
  if (state.starts_with("23")) return {Errc::conflict, Aftermath::refused, false};
  if (state == "22021" || state == "22P05") return {Errc::invalid_input, Aftermath::refused, false};
  if (state.starts_with("XX")) return {Errc::corrupt, Aftermath::refused, false};
  return {};
}

/// libpq calls this with what the server says besides answers.
void note_warning(void* warned, const PGresult* notice) {
  const std::string severity = field(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == "WARNING") *static_cast<bool*>(warned) = true;
}

}  // namespace

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(
    std::shared_ptr<PostgresServer> server) {
  auto connection = std::make_unique<PostgresConnection>(std::move(server));
  LOCKSTEP_CHECK(connection->connect());
  return connection;
}

// ---- Sessions

Result<void> PostgresConnection::connect() {
  session_.reset();
  sent_.clear();
  names_.clear();
  ++session_count_;
  LOCKSTEP_TRY(session_, server_->connect());
  static_cast<void>(PQsetNoticeReceiver(session_.get(), note_warning, &warned_));
  if (PQsetnonblocking(session_.get(), 1) != 0 || PQenterPipelineMode(session_.get()) != 1) {
    return lost("libpq has no pipeline");
  }
  const Result<void> ready = set_up();
  if (!ready) session_.reset();
  return ready;
}

Result<void> PostgresConnection::set_up() {
  LOCKSTEP_TRY(const auto rows, query("SELECT datcollate, pg_encoding_to_char(encoding),"
                                      " CAST('a' < 'B' AS INTEGER), current_setting('fsync'),"
                                      " current_setting('synchronous_commit')"
                                      " FROM pg_database WHERE datname = current_database()",
                                      {}));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (!found) return fail(Errc::unavailable, "the database does not know itself");
  LOCKSTEP_TRY(const auto collation, rows->text(0));
  LOCKSTEP_TRY(const auto encoding, rows->text(1));
  LOCKSTEP_TRY(const auto folds, rows->integer(2));
  LOCKSTEP_TRY(const auto fsync, rows->text(3));
  LOCKSTEP_TRY(const auto commits, rows->text(4));
  if ((collation != "C" && collation != "POSIX") || encoding != "UTF8" || folds != 0) {
    return fail(Errc::invalid_input,
                "the database " + server_->shown() + " has encoding " + encoding.value_or("?") +
                    " and collation " + collation.value_or("?") +
                    "; make one that sorts by bytes: CREATE DATABASE lockstep TEMPLATE template0"
                    " ENCODING 'UTF8' LOCALE 'C'");
  }
  if (fsync != "on") {
    return fail(Errc::invalid_input, "the server " + server_->shown() +
                                         " runs with fsync off and would lose what it promised: "
                                         "turn it on");
  }
  // remote_apply promises more than on, and stays.
  if (commits != "on" && commits != "remote_apply") {
    LOCKSTEP_CHECK(queue("SET synchronous_commit = on", {}));
  }
  // A server notices soon when our end is gone in the middle of a transaction, and gives its locks
  // back, so that the other processes can go on.
  LOCKSTEP_CHECK(queue("SET idle_in_transaction_session_timeout = '10s'", {}));
  LOCKSTEP_CHECK(queue("SET tcp_keepalives_idle = 5", {}));
  LOCKSTEP_CHECK(queue("SET tcp_keepalives_interval = 2", {}));
  LOCKSTEP_CHECK(queue("SET tcp_keepalives_count = 3", {}));
  LOCKSTEP_CHECK(queue("SET tcp_user_timeout = '10s'", {}));
  return settle();
}

bool PostgresConnection::was_closed() const {
  ::pollfd socket{PQsocket(session_.get()), POLLIN, 0};
  if (::poll(&socket, 1, 0) <= 0) return false;
  return PQconsumeInput(session_.get()) != 1 || PQstatus(session_.get()) != CONNECTION_OK;
}

Result<void> PostgresConnection::be_ready() {
  failed_parts_.clear();
  aftermath_ = Aftermath::refused;
  committing_ = false;
  part_ = kNoPart;
  if (session_ && !sent_.empty()) static_cast<void>(receive());
  if (session_ && was_closed()) session_.reset();
  if (session_ && PQtransactionStatus(session_.get()) == PQTRANS_IDLE) return {};
  return connect();
}

std::unexpected<Error> PostgresConnection::lost(std::string why) {
  // One that hangs is not asked first again: it may still say that it takes writes.
  server_->begin_elsewhere();
  aftermath_ = committing_ ? Aftermath::unknown : Aftermath::not_written;
  session_.reset();
  sent_.clear();
  names_.clear();
  std::ranges::replace(why, '\n', ' ');
  return fail(Errc::unavailable,
              "the connection to the database " + server_->shown() + " was lost: " + why);
}

// ---- Statements

Result<void> PostgresConnection::queue(std::string_view sql, Parameters parameters) {
  return send(sql, parameters, std::nullopt);
}

Result<void> PostgresConnection::queue_one(std::string_view sql, Parameters parameters,
                                           Error otherwise) {
  return send(sql, parameters, std::move(otherwise));
}

Result<std::unique_ptr<Rows>> PostgresConnection::query(std::string_view sql,
                                                        Parameters parameters) {
  LOCKSTEP_CHECK(send(sql, parameters, std::nullopt));
  LOCKSTEP_TRY(Answer answer, receive());
  return std::make_unique<PostgresRows>(std::move(answer));
}

Result<std::uint64_t> PostgresConnection::execute(std::string_view sql, Parameters parameters) {
  LOCKSTEP_CHECK(send(sql, parameters, std::nullopt));
  LOCKSTEP_TRY(const Answer answer, receive());
  return rows_written(answer.get());
}

Result<void> PostgresConnection::settle() {
  if (sent_.empty()) return {};
  LOCKSTEP_TRY(const Answer answer, receive());
  return {};
}

Result<void> PostgresConnection::script(const char* sql) {
  LOCKSTEP_CHECK(settle());
  if (!session_) return lost("it is closed");
  // Several statements in one text are beyond a pipeline.
  if (PQexitPipelineMode(session_.get()) != 1 || PQsendQuery(session_.get(), sql) != 1) {
    return lost(PQerrorMessage(session_.get()));
  }
  Result<void> result;
  while (true) {
    LOCKSTEP_TRY(const Answer answer, next_answer());
    if (!answer) break;
    if (PQresultStatus(answer.get()) == PGRES_FATAL_ERROR) result = sql_error(answer.get(), {});
    if (!session_) return result;
  }
  if (PQenterPipelineMode(session_.get()) != 1) return lost(PQerrorMessage(session_.get()));
  return result;
}

Result<void> PostgresConnection::send_prepare(std::string_view sql, std::string& name) {
  if (const auto found = names_.find(sql); found != names_.end()) {
    name = found->second;
    return {};
  }
  LOCKSTEP_ASSERT(names_.size() < kStatementsMax);
  name = "s" + std::to_string(next_name_++);
  const std::string text(sql);
  if (PQsendPrepare(session_.get(), name.c_str(), text.c_str(), 0, nullptr) != 1) {
    return lost(PQerrorMessage(session_.get()));
  }
  sent_.push_back({.kind = Kind::prepare, .sql = text, .part = part_});
  names_.emplace(text, name);
  return {};
}

Result<void> PostgresConnection::send(std::string_view sql, Parameters parameters,
                                      std::optional<Error> unless_one) {
  if (!session_) return lost("it is closed");
  std::string name;
  LOCKSTEP_CHECK(send_prepare(sql, name));
  const Arguments arguments(parameters);
  constexpr int kBinary = 1;
  if (PQsendQueryPrepared(session_.get(), name.c_str(), arguments.count(), arguments.values(),
                          arguments.lengths(), arguments.formats(), kBinary) != 1) {
    return lost(PQerrorMessage(session_.get()));
  }
  sent_.push_back({.unless_one = std::move(unless_one), .part = part_});
  return {};
}

// ---- Answers

Result<PostgresConnection::Answer> PostgresConnection::receive() {
  if (!session_) return lost("it is closed");
  if (PQpipelineSync(session_.get()) != 1) return lost(PQerrorMessage(session_.get()));
  sent_.push_back({.kind = Kind::sync});
  Answer last;
  Result<void> result;
  while (!sent_.empty()) {
    LOCKSTEP_TRY(Answer answer, next_answer());
    if (!answer) continue;  // the end of one statement's answers
    const Sent sent = std::move(sent_.front());
    sent_.pop_front();
    if (sent.kind == Kind::sync) continue;
    const Result<void> judged = judge(sent, answer.get());
    if (!session_) return std::unexpected(judged.error());
    if (result && !judged) result = judged;
    if (sent.kind == Kind::statement) last = std::move(answer);
  }
  if (!result) return std::unexpected(result.error());
  return last;
}

Result<void> PostgresConnection::judge(const Sent& sent, PGresult* answer) {
  const ExecStatusType status = PQresultStatus(answer);
  if (status == PGRES_FATAL_ERROR) {
    forget(sent);
    return sql_error(answer, sent);
  }
  if (status == PGRES_PIPELINE_ABORTED) {  // something before it failed, which was said there
    forget(sent);
    return fail(Errc::unavailable, "a statement before it failed");
  }
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return lost("it answers nonsense");
  if (!sent.unless_one || rows_written(answer) == 1) return {};
  aftermath_ = Aftermath::refused;
  failed_parts_.push_back(sent.part);
  return std::unexpected(*sent.unless_one);
}

void PostgresConnection::forget(const Sent& sent) {
  if (sent.kind == Kind::prepare) names_.erase(sent.sql);
}

std::unexpected<Error> PostgresConnection::sql_error(const PGresult* answer, const Sent& sent) {
  const std::string state = field(answer, PG_DIAG_SQLSTATE);
  const std::string text = field(answer, PG_DIAG_MESSAGE_PRIMARY);
  const Meaning meaning = meaning_of(state);
  if (meaning.ends_session) return lost(text + " (SQLSTATE " + state + ")");
  aftermath_ = meaning.aftermath;
  if (meaning.aftermath == Aftermath::refused) failed_parts_.push_back(sent.part);
  if (meaning.code == Errc::conflict && sent.unless_one) {
    return fail(Errc::conflict, sent.unless_one->context);
  }
  return fail(meaning.code, "PostgreSQL says: " + text + " (SQLSTATE " + state + ")");
}

Result<PostgresConnection::Answer> PostgresConnection::next_answer() {
  LOCKSTEP_CHECK(flush());
  while (PQisBusy(session_.get()) == 1) {
    LOCKSTEP_CHECK(wait(POLLIN));
    if (PQconsumeInput(session_.get()) != 1) return lost(PQerrorMessage(session_.get()));
  }
  return Answer(PQgetResult(session_.get()));
}

Result<void> PostgresConnection::flush() {
  while (true) {
    const int left = PQflush(session_.get());
    if (left < 0) return lost(PQerrorMessage(session_.get()));
    if (left == 0) return {};
    // The server may wait for us to read before it reads on.
    LOCKSTEP_CHECK(wait(POLLIN | POLLOUT));
    if (PQconsumeInput(session_.get()) != 1) return lost(PQerrorMessage(session_.get()));
  }
}

Result<void> PostgresConnection::wait(short events) {
  while (true) {
    ::pollfd socket{PQsocket(session_.get()), events, 0};
    const int ready = ::poll(&socket, 1, kSilenceMillisecondsMax);
    if (ready > 0) return {};
    if (ready < 0 && errno == EINTR) continue;
    return lost("it does not answer");
  }
}

// ---- Transactions

Result<void> PostgresConnection::begin_read() {
  LOCKSTEP_CHECK(be_ready());
  return queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {});
}

Result<void> PostgresConnection::end_read() {
  LOCKSTEP_CHECK(queue("ROLLBACK", {}));
  // Sent, and its answer read before the next transaction: nothing hangs on it.
  if (PQpipelineSync(session_.get()) != 1) return lost(PQerrorMessage(session_.get()));
  sent_.push_back({.kind = Kind::sync});
  return flush();
}

Result<void> PostgresConnection::begin_write() {
  LOCKSTEP_CHECK(be_ready());
  return queue("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", {});
}

Result<void> PostgresConnection::commit() {
  LOCKSTEP_CHECK(settle());
  part_ = kNoPart;
  warned_ = false;
  committing_ = true;
  LOCKSTEP_CHECK(queue("COMMIT", {}));
  const Result<Answer> answer = receive();
  if (!answer) {
    // What the server said while the session lasted is certain.
    committing_ = false;
    return std::unexpected(answer.error());
  }
  // A wait for the standby that somebody cancelled ends with success and a warning.
  if (warned_) return lost("the commit came with a warning");
  committing_ = false;
  if (std::string_view(PQcmdStatus(answer->get())) == "COMMIT") return {};
  return fail(Errc::unavailable, "the transaction was rolled back");
}

Result<void> PostgresConnection::rollback() {
  if (!session_) return {};
  const Aftermath before = aftermath_;
  LOCKSTEP_CHECK(queue("ROLLBACK", {}));
  const Result<void> done = settle();
  aftermath_ = before;
  return done;
}

Result<void> PostgresConnection::begin_part() { return queue("SAVEPOINT part", {}); }

Result<void> PostgresConnection::keep_part() {
  LOCKSTEP_CHECK(queue("RELEASE SAVEPOINT part", {}));
  return settle();
}

Result<void> PostgresConnection::drop_part() {
  LOCKSTEP_CHECK(queue("ROLLBACK TO SAVEPOINT part", {}));
  return keep_part();
}

}  // namespace lockstep
