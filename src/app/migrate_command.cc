// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <fmt/format.h>

#include "adapters/sql/backup.h"
#include "adapters/sql/migrations.h"
#include "adapters/sql/sql_store.h"
#include "adapters/sql/sqlite/install.h"
#include "adapters/sql/sqlite/scratch.h"
#include "app/data_directory.h"
#include "app/log.h"
#include "app/offline.h"
#include "front/cli/session.h"

namespace lockstep {
namespace {

/// Says how far the copy is, each ten percent.
OnWork says_progress(const Offline& offline) {
  const auto shown = std::make_shared<std::uint64_t>(0);
  return [&offline, shown](std::uint64_t done, std::uint64_t total) -> Result<void> {
    constexpr std::uint64_t kTenths = 10;
    const std::uint64_t tenth = total == 0 ? 0 : done * kTenths / total;
    if (tenth == *shown || offline.json) return {};
    *shown = tenth;
    offline.terminal.err(fmt::format("{} %\n", tenth * kTenths));
    return {};
  };
}

Result<void> record(Store& store, const Offline& offline, std::uint64_t rows, const char* from) {
  AuditEvent event{.kind = EventKind::store_migrated,
                   .at = offline.clock.now().wall,
                   .actor = Actor("owner"),
                   .details = {{"from", from}, {"rows", std::to_string(rows)}}};
  return store.commit(ChangeSet{{}, {std::move(event)}});
}

Result<std::uint64_t> to_postgres(const Offline& offline, const std::string& url) {
  std::uint64_t rows = 0;
  {
    LOCKSTEP_TRY(const DataDirectory held, DataDirectory::hold(offline.data));
    LOCKSTEP_TRY(const auto from, open_finished(held.database(), FileKind::store));
    LOCKSTEP_TRY(const auto to, connect_postgres(url));
    LOCKSTEP_TRY(rows, copy_database(*from, *to, says_progress(offline)));
  }
  LOCKSTEP_TRY(const auto store, open_postgres_store(url, offline.data, offline.random));
  LOCKSTEP_CHECK(record(*store, offline, rows, "sqlite"));
  return rows;
}

Result<std::uint64_t> copy_to_file(const Offline& offline, const std::filesystem::path& fresh) {
  LOCKSTEP_TRY(const auto from, connect_postgres(offline.store_url));
  LOCKSTEP_TRY(auto to, make_scratch(fresh, FileKind::store));
  LOCKSTEP_TRY(const std::uint64_t rows, copy_database(*from, *to, says_progress(offline)));
  LOCKSTEP_CHECK(to->begin_write());
  LOCKSTEP_CHECK(forget_node(*to));
  LOCKSTEP_CHECK(to->commit());
  LOCKSTEP_CHECK(finish_scratch(std::move(to), fresh));
  return rows;
}

Result<std::uint64_t> to_directory(const Offline& offline, const std::filesystem::path& data) {
  std::uint64_t rows = 0;
  {
    LOCKSTEP_TRY(const DataDirectory held, DataDirectory::hold(data));
    std::error_code problem;
    if (std::filesystem::exists(held.database(), problem)) {
      return fail(Errc::conflict, "there is a store in " + data.string() + " already");
    }
    const std::filesystem::path fresh = data / "migrate.part";
    std::filesystem::remove(fresh, problem);  // What an earlier run left that was killed.
    Result<std::uint64_t> copied = copy_to_file(offline, fresh);
    if (!copied) {
      std::filesystem::remove(fresh, problem);
      return copied;
    }
    rows = *copied;
    LOCKSTEP_CHECK(install_database(held, fresh, "before-migrate"));
  }
  LOCKSTEP_TRY(const auto store, open_sqlite_store(data, offline.random));
  LOCKSTEP_CHECK(record(*store, offline, rows, "postgresql"));
  return rows;
}

ExitCode run(const std::string& to, const Offline& offline) {
  start_log(LogLevel::warning);
  const bool out = is_postgres_url(to);
  if (out == !offline.store_url.empty()) {
    return report(offline.terminal,
                  Error{Errc::invalid_input,
                        "--to is postgresql://… for a store in a data directory, and a data "
                        "directory for one that --store names"});
  }
  const auto rows = out ? to_postgres(offline, to) : to_directory(offline, to);
  if (!rows) return report(offline.terminal, rows.error());
  if (offline.json) {
    offline.terminal.out(fmt::format("{{\"rows\":{}}}\n", *rows));
    return ExitCode::ok;
  }
  offline.terminal.out(fmt::format(
      "{} rows were copied and read back; both sides hold the same. The old store was not "
      "changed.\n\nNow {} and start the server. Never serve the old store again: it knows\n"
      "nothing of what is accepted from now on.\n",
      *rows,
      out ? "put the URL into the configuration, [store] url, keep data directory and key,"
          : "take [store] out of the configuration, let `data` be that directory,"));
  return ExitCode::ok;
}

}  // namespace

void add_migrate(CLI::App& app, const ChooseOffline& choose) {
  CLI::App* verb = app.add_subcommand(
      "migrate", "Moves the store to PostgreSQL or back, row by row, and proves that all arrived.");
  const auto to = std::make_shared<std::string>();
  verb->add_option("--to", *to, "postgresql://… of an empty database, or a data directory")
      ->required();
  verb->footer(
      "Example: lockstep migrate --data DIR --to postgresql://lockstep@db/lockstep\n"
      "         lockstep migrate --store postgresql://lockstep@db/lockstep --to DIR\n"
      "Stop every server first. The store that is left is not changed. Key and data directory\n"
      "stay where they are; a data directory to move to needs the key file in it.\n\n" +
      std::string(exit_code_help()));
  verb->callback(
      [to, choose] { choose([to](const Offline& offline) { return run(*to, offline); }); });
}

}  // namespace lockstep
