// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres/rows.h"

#include <charconv>
#include <string_view>

namespace lockstep {
namespace {

// Numbers of types in PostgreSQL's catalogue (pg_type.dat), which never change.
constexpr Oid kBytea = 17;
constexpr Oid kName = 19;
constexpr Oid kInt8 = 20;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;

std::unexpected<Error> wrong_type() {
  return fail(Errc::corrupt, "a column is of another type than was written");
}

/// A big-endian two's complement number of `count` bytes.
std::int64_t number_at(const char* data, int count) {
  const bool negative = (static_cast<unsigned char>(data[0]) & 0x80U) != 0;
  std::uint64_t bits = negative ? ~std::uint64_t{0} : 0;
  for (int i = 0; i < count; ++i) bits = (bits << 8U) | static_cast<unsigned char>(data[i]);
  return static_cast<std::int64_t>(bits);
}

}  // namespace

std::uint64_t rows_written(PGresult* answer) {
  const std::string_view text = PQcmdTuples(answer);
  std::uint64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

Result<bool> PostgresRows::next() {
  if (row_ >= PQntuples(answer_.get())) return false;
  return ++row_ < PQntuples(answer_.get());
}

bool PostgresRows::is_null(int column) const {
  return PQgetisnull(answer_.get(), row_, column) == 1;
}

Result<std::optional<std::int64_t>> PostgresRows::integer(int column) const {
  if (is_null(column)) return std::optional<std::int64_t>();
  const Oid type = PQftype(answer_.get(), column);
  const int length = PQgetlength(answer_.get(), row_, column);
  const bool fits = (type == kInt8 && length == 8) || (type == kInt4 && length == 4);
  if (!fits) return wrong_type();
  return std::optional(number_at(PQgetvalue(answer_.get(), row_, column), length));
}

Result<std::optional<std::string>> PostgresRows::text(int column) const {
  if (is_null(column)) return std::optional<std::string>();
  const Oid type = PQftype(answer_.get(), column);
  if (type != kText && type != kName) return wrong_type();
  return std::optional<std::string>(
      std::in_place, PQgetvalue(answer_.get(), row_, column),
      static_cast<std::size_t>(PQgetlength(answer_.get(), row_, column)));
}

Result<std::optional<Bytes>> PostgresRows::bytes(int column) const {
  if (is_null(column)) return std::optional<Bytes>();
  if (PQftype(answer_.get(), column) != kBytea) return wrong_type();
  const char* const data = PQgetvalue(answer_.get(), row_, column);
  return std::optional<Bytes>(std::in_place, data, data + PQgetlength(answer_.get(), row_, column));
}

}  // namespace lockstep
