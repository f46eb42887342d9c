// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include <libpq-fe.h>

#include "adapters/sql/connection.h"
#include "base/handle.h"

namespace lockstep {

/// How many rows a statement wrote, or found.
[[nodiscard]] std::uint64_t rows_written(PGresult* answer);

/// The rows of an answer in PostgreSQL's binary form. They are all here; the connection is free.
class PostgresRows final : public Rows {
 public:
  explicit PostgresRows(Handle<PGresult, PQclear> answer) : answer_(std::move(answer)) {}

  [[nodiscard]] Result<bool> next() override;
  [[nodiscard]] Result<std::optional<std::int64_t>> integer(int column) const override;
  [[nodiscard]] Result<std::optional<std::string>> text(int column) const override;
  [[nodiscard]] Result<std::optional<Bytes>> bytes(int column) const override;

 private:
  [[nodiscard]] bool is_null(int column) const;

  Handle<PGresult, PQclear> answer_;
  int row_ = -1;
};

}  // namespace lockstep
