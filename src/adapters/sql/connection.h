// SPDX-License-Identifier: Apache-2.0
// The thin layer that makes one set of SQL serve several engines: what a driver has to offer, and
// nothing about what is stored. Implementations: sqlite/, postgres/.
//
// SQL is written for all engines at once: BIGINT, TEXT and BYTEA and no other type, parameters
// $1, $2 …, ON CONFLICT, CAST, no function that only one of them knows.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/secret.h"
#include "base/strong.h"
#include "base/time.h"

namespace lockstep {

/// A value for $1, $2 … Texts and bytes are looked at, not copied: they have to live until the call
/// they are given to returns. Conversions are implicit, so that a list of them reads like a row.
class Parameter {
 public:
  using Value = std::variant<std::monostate, std::int64_t, std::string_view, ByteView>;

  // NOLINTBEGIN(google-explicit-constructor)
  Parameter(std::nullopt_t) {}
  Parameter(std::int64_t number) : value_(number) {}
  Parameter(std::string_view text) : value_(text) {}
  Parameter(const std::string& text) : value_(std::string_view(text)) {}
  Parameter(const char* text) : value_(std::string_view(text)) {}
  Parameter(ByteView bytes) : value_(bytes) {}
  Parameter(const Bytes& bytes) : value_(ByteView(bytes)) {}
  Parameter(WallTime time) : value_(std::int64_t{time.time_since_epoch().count()}) {}
  template <class Tag>
  Parameter(const Strong<Tag, std::uint64_t>& id) : value_(static_cast<std::int64_t>(id.value())) {}
  template <class Tag>
  Parameter(const Strong<Tag, std::string>& text) : value_(std::string_view(text.value())) {}
  template <class Tag>
  Parameter(const Strong<Tag, Bytes>& bytes) : value_(ByteView(bytes.value())) {}
  template <class T>
  Parameter(const std::optional<T>& maybe) : value_(maybe ? Parameter(*maybe).value_ : Value()) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const Value& value() const { return value_; }

 private:
  Value value_;
};

/// The values of one statement. Looks at them: a list in braces where a call is made, or what a
/// vector holds.
class Parameters {
 public:
  // NOLINTBEGIN(google-explicit-constructor)
  Parameters(std::initializer_list<Parameter> list) : values_(list.begin(), list.size()) {}
  Parameters(std::span<const Parameter> list) : values_(list) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const Parameter* begin() const { return values_.data(); }
  [[nodiscard]] const Parameter* end() const { return values_.data() + values_.size(); }
  [[nodiscard]] std::size_t size() const { return values_.size(); }

 private:
  std::span<const Parameter> values_;
};

/// The rows of a query, one at a time. Columns count from 0. At most one Rows of one SQL text is
/// alive on a connection.
class Rows {
 public:
  Rows() = default;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  virtual ~Rows() = default;

  /// Moves on to the next row, at first to the first one; false behind the last.
  virtual Result<bool> next() = 0;

  /// A column of the row. Null gives nullopt; another type than the one asked for is an Error
  /// with corrupt.
  [[nodiscard]] virtual Result<std::optional<std::int64_t>> integer(int column) const = 0;
  [[nodiscard]] virtual Result<std::optional<std::string>> text(int column) const = 0;
  [[nodiscard]] virtual Result<std::optional<Bytes>> bytes(int column) const = 0;
};

/// One connection to a database. Used by one thread at a time.
///
/// Errors of every call: unavailable; corrupt, when the engine finds its own files damaged;
/// conflict, when a constraint of the schema says no.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  virtual Result<std::unique_ptr<Rows>> query(std::string_view sql, Parameters parameters) = 0;
  /// Carries out one statement that returns no rows. Returns how many rows it wrote.
  virtual Result<std::uint64_t> execute(std::string_view sql, Parameters parameters) = 0;
  /// Carries out one statement whose rows nobody counts. A driver whose engine is across a network
  /// may send it together with what follows; its error then comes out of a later call, at the
  /// latest out of `commit`.
  virtual Result<void> queue(std::string_view sql, Parameters parameters);
  /// The same for a statement that has to write, or as a SELECT find, exactly one row. Errors:
  /// `otherwise`, when it does not; its text with conflict, when a constraint says no.
  virtual Result<void> queue_one(std::string_view sql, Parameters parameters, Error otherwise);
  /// Carries out several statements without parameters: a migration.
  virtual Result<void> script(const char* sql) = 0;

  /// Reads until `end_read` see the database as of one moment.
  virtual Result<void> begin_read() = 0;
  virtual Result<void> end_read() = 0;

  /// A transaction that writes. After an error of `begin_write` nothing has begun.
  virtual Result<void> begin_write() = 0;
  /// When this returns, the transaction is on disk. A driver whose engine leaves no certain state
  /// behind when a commit fails ends the process instead of returning an error.
  virtual Result<void> commit() = 0;
  virtual Result<void> rollback() = 0;

  /// A part of the transaction that can be taken back by itself. Not nested.
  virtual Result<void> begin_part() = 0;
  virtual Result<void> keep_part() = 0;
  virtual Result<void> drop_part() = 0;

  /// Whether the connection was lost, as the error before said; what is begun next connects again.
  [[nodiscard]] virtual bool is_lost() const { return false; }

  /// What stands behind a SELECT that has to keep others from changing the rows it finds until the
  /// transaction ends. Nothing where only one transaction writes at a time.
  [[nodiscard]] virtual std::string_view row_lock() const { return {}; }

  /// Called by the writer between two transactions, for what the engine wants done now and then.
  virtual void tidy_up() = 0;
};

/// Runs a statement that has to write exactly one row. Errors: conflict with `otherwise`.
[[nodiscard]] Result<void> execute_one(Connection& database, std::string_view sql,
                                       Parameters parameters, std::string_view otherwise);

}  // namespace lockstep
