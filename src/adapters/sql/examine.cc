// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/examine.h"

#include <memory>

#include "adapters/sql/audit_log.h"
#include "adapters/sql/migrations.h"
#include "adapters/sql/reads.h"
#include "adapters/sql/sqlite/scratch.h"

namespace lockstep {
namespace {

constexpr std::uint32_t kSample = 20;

/// What SQLite finds wrong with its file, in its words.
Result<std::vector<std::string>> damage_in(Connection& database) {
  std::vector<std::string> damage;
  LOCKSTEP_TRY(const auto rows, database.query("PRAGMA quick_check(10)", {}));
  while (true) {
    LOCKSTEP_TRY(const bool more, rows->next());
    if (!more) return damage;
    LOCKSTEP_TRY(const auto text, rows->text(0));
    if (text && *text != "ok") damage.push_back(*text);
  }
}

Result<std::set<std::string>> group_names(Connection& database) {
  std::set<std::string> names;
  LOCKSTEP_TRY(const auto rows, database.query("SELECT name FROM user_groups", {}));
  while (true) {
    LOCKSTEP_TRY(const bool more, rows->next());
    if (!more) return names;
    LOCKSTEP_TRY(auto name, rows->text(0));
    if (name) names.insert(*std::move(name));
  }
}

}  // namespace

Result<StoreExam> examine(Connection& database) {
  StoreExam exam;
  exam.newest_schema = migrations().back().number;
  LOCKSTEP_TRY(exam.schema, schema_of(database));
  // What a later program wrote this one cannot read, and an older one is read after its upgrade.
  if (exam.schema != exam.newest_schema) return exam;
  LOCKSTEP_TRY(exam.heads, read_audit_heads(database));
  LOCKSTEP_TRY(const auto newest, read_audit(database, AuditQuery{.limit = 1}));
  if (!newest.empty()) exam.last_record = newest.front().event.at;
  LOCKSTEP_TRY(exam.sample, read_tokens(database, {}, Page{kSample, {}}));
  LOCKSTEP_TRY(exam.groups, group_names(database));
  return exam;
}

Result<StoreExam> examine_sqlite(const std::filesystem::path& data_dir) {
  LOCKSTEP_TRY(const auto database, open_finished(data_dir / "lockstep.db", FileKind::store));
  LOCKSTEP_TRY(std::vector<std::string> damage, damage_in(*database));
  StoreExam exam;
  if (damage.empty()) {
    LOCKSTEP_TRY(exam, examine(*database));
  }
  exam.damage = std::move(damage);
  exam.engine = std::string("SQLite ") + sqlite3_libversion();
  return exam;
}

}  // namespace lockstep
