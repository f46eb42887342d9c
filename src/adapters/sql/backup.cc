// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/backup.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "adapters/sql/audit_log.h"
#include "adapters/sql/copy.h"
#include "adapters/sql/migrations.h"
#include "adapters/sql/sqlite/scratch.h"
#include "base/hex.h"
#include "formats/json.h"

namespace lockstep {
namespace {

namespace json = boost::json;

constexpr std::int64_t kFormat = 1;
/// More than any store has chains or tables.
constexpr std::size_t kListMax = 100'000;
constexpr const char* kManifestTable =
    "CREATE TABLE manifest (document TEXT NOT NULL, digest BYTEA NOT NULL)";

struct Manifest {
  BackupFacts facts;
  std::vector<TableDigest> tables;
};

// ---- The manifest as text.

std::string to_text(const Manifest& manifest) {
  json::array heads;
  for (const auto& [node, head] : manifest.facts.heads) {
    heads.push_back(
        json::object{{"node", node.value()}, {"seq", head.seq}, {"hash", to_hex(head.hash)}});
  }
  json::array tables;
  for (const TableDigest& table : manifest.tables) {
    tables.push_back(json::object{
        {"name", table.table}, {"rows", table.rows}, {"digest", to_hex(table.digest)}});
  }
  return to_json(json::object{{"format", kFormat},
                              {"version", manifest.facts.version},
                              {"schema", manifest.facts.schema},
                              {"at", manifest.facts.at.time_since_epoch().count()},
                              {"heads", std::move(heads)},
                              {"tables", std::move(tables)}});
}

Result<std::array<std::uint8_t, 32>> take_hash(JsonObject& members, std::string_view name) {
  LOCKSTEP_TRY(const std::string text, members.text(name));
  LOCKSTEP_TRY(const Bytes bytes, parse_hex(text));
  std::array<std::uint8_t, 32> hash{};
  if (bytes.size() != hash.size()) return fail(Errc::invalid_input, "a hash has another length");
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

Result<std::uint64_t> take_number(JsonObject& members, std::string_view name) {
  LOCKSTEP_TRY(const std::int64_t number, members.number(name, {}));
  return static_cast<std::uint64_t>(number);
}

/// Calls `take` with each object of the list `name`.
template <class Take>
Result<void> each(JsonObject& members, std::string_view name, const Take& take) {
  const json::value* list = members.member(name);
  if (list == nullptr || !list->is_array() || list->get_array().size() > kListMax) {
    return fail(Errc::invalid_input, std::string(name) + " is no list");
  }
  for (const json::value& one : list->get_array()) {
    LOCKSTEP_TRY(JsonObject object, JsonObject::of(one));
    LOCKSTEP_CHECK(take(object));
  }
  return {};
}

Result<Manifest> parse_manifest(const std::string& text) {
  LOCKSTEP_TRY(const json::value document, parse_json(text));
  LOCKSTEP_TRY(JsonObject members, JsonObject::of(document));
  LOCKSTEP_TRY(const std::int64_t format, members.number("format", {}));
  if (format != kFormat) return fail(Errc::invalid_input, "it is of a later kind");
  Manifest manifest;
  LOCKSTEP_TRY(manifest.facts.version, members.text("version"));
  LOCKSTEP_TRY(const std::int64_t schema, members.number("schema", {0, UINT32_MAX}));
  manifest.facts.schema = static_cast<std::uint32_t>(schema);
  LOCKSTEP_TRY(const std::int64_t at, members.number("at", {INT64_MIN, INT64_MAX}));
  manifest.facts.at = WallTime(Micros(at));
  LOCKSTEP_CHECK(each(members, "heads", [&](JsonObject& one) -> Result<void> {
    LOCKSTEP_TRY(const std::uint64_t node, take_number(one, "node"));
    ChainHead head;
    LOCKSTEP_TRY(head.seq, take_number(one, "seq"));
    LOCKSTEP_TRY(head.hash, take_hash(one, "hash"));
    manifest.facts.heads.emplace_back(NodeId(node), head);
    return {};
  }));
  LOCKSTEP_CHECK(each(members, "tables", [&](JsonObject& one) -> Result<void> {
    TableDigest table;
    LOCKSTEP_TRY(table.table, one.text("name"));
    LOCKSTEP_TRY(table.rows, take_number(one, "rows"));
    LOCKSTEP_TRY(table.digest, take_hash(one, "digest"));
    manifest.facts.rows += table.rows;
    manifest.tables.push_back(std::move(table));
    return {};
  }));
  return manifest;
}

// ---- The manifest in its file.

Result<void> write_manifest(Connection& database, const Manifest& manifest) {
  const std::string text = to_text(manifest);
  const Sha256Digest digest = sha256(bytes_of(text));
  LOCKSTEP_CHECK(database.script(kManifestTable));
  return execute_one(database, "INSERT INTO manifest (document, digest) VALUES ($1, $2)",
                     {text, ByteView(digest)}, "the manifest could not be written");
}

std::unexpected<Error> damaged(const std::filesystem::path& file, const std::string& how) {
  return fail(Errc::corrupt, "the backup " + file.string() + " is damaged (" + how +
                                 "): take another one; nothing was changed");
}

/// The same error with the backup's name, and as damage what can be nothing else.
std::unexpected<Error> about(const std::filesystem::path& file, const Error& error) {
  if (error.code == Errc::corrupt) return damaged(file, error.context);
  return fail(error.code, "the backup " + file.string() + ": " + error.context);
}

Result<std::string> read_document(Connection& database) {
  LOCKSTEP_TRY(const auto rows, database.query("SELECT document, digest FROM manifest", {}));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (!found) return fail(Errc::corrupt, "it has no manifest");
  LOCKSTEP_TRY(const auto text, rows->text(0));
  LOCKSTEP_TRY(const auto digest, rows->bytes(1));
  if (!text || !digest) return fail(Errc::corrupt, "its manifest is empty");
  const Sha256Digest found_digest = sha256(bytes_of(*text));
  if (!constant_time_equal(found_digest, *digest)) {
    return fail(Errc::corrupt, "its manifest was changed");
  }
  return *text;
}

Result<Manifest> read_manifest(Connection& database, const std::filesystem::path& file) {
  const Result<std::string> document = read_document(database);
  // SQLite calls a missing table a mistake of ours; here it is damage.
  if (!document) return damaged(file, document.error().context);
  Result<Manifest> manifest = parse_manifest(*document);
  if (!manifest) return about(file, manifest.error());
  return manifest;
}

// ---- Files.

std::unexpected<Error> failed(const char* doing, const std::filesystem::path& path) {
  const int code = errno;
  const Errc errc = code == EEXIST ? Errc::conflict : Errc::unavailable;
  return fail(errc, std::string("cannot ") + doing + " " + path.string() + ": " +
                        std::generic_category().message(code));
}

Result<void> sync_directory(const std::filesystem::path& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("open", path);
  const int result = ::fsync(directory);
  const int error = errno;
  static_cast<void>(::close(directory));
  errno = error;
  if (result != 0) return failed("sync", path);
  return {};
}

/// Gives the finished file its name, unless there is one of that name already.
Result<void> publish(const std::filesystem::path& part, const std::filesystem::path& file) {
  if (::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) != 0) {
    return failed("make", file);
  }
  return sync_directory(file.parent_path());
}

std::filesystem::path part_of(const std::filesystem::path& file) {
  return file.string() + ".lockstep-part";
}

void remove_quietly(const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}

Result<void> check_target(const std::filesystem::path& file) {
  if (!file.is_absolute() || !file.has_filename()) {
    return fail(Errc::invalid_input, "a backup needs a file name with its whole path");
  }
  std::error_code problem;
  if (std::filesystem::symlink_status(file, problem).type() !=
      std::filesystem::file_type::not_found) {
    if (problem.value() == EACCES) {
      return fail(Errc::not_allowed, "cannot look at " + file.string() + ": " + problem.message());
    }
    return fail(Errc::conflict, file.string() + " exists: a backup never overwrites anything");
  }
  if (!std::filesystem::is_directory(file.parent_path(), problem)) {
    return fail(Errc::not_found, "there is no directory " + file.parent_path().string());
  }
  return {};
}

// ---- The archive.

/// A view of the database as of one moment.
class View {
 public:
  explicit View(Connection& database) : database_(database) {}
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  ~View() {
    // A view that cannot be ended goes with its connection.
    if (open_) static_cast<void>(database_.end_read());
  }

  Result<void> open() {
    LOCKSTEP_CHECK(database_.begin_read());
    open_ = true;
    return {};
  }

 private:
  Connection& database_;
  bool open_ = false;
};

OnCopyProgress reported(const OnWork& on_work) {
  return
      [&on_work](const CopyProgress& progress) { return on_work(progress.done, progress.total); };
}

/// The tables of `schema`, unless they are there: `lockstep init` may have made them.
Result<void> make_tables(Connection& to, std::uint32_t schema) {
  const Result<std::uint32_t> there = schema_of(to);
  if (!there || *there == 0) return migrate_to(to, schema);
  if (*there == schema) return {};
  return fail(Errc::conflict, fmt::format("the other database has schema {}, and this one {}: let "
                                          "one Lockstep open both first",
                                          *there, schema));
}

Result<Manifest> copy_out(Connection& from, Connection& to, const OnWork& on_work) {
  View view(from);
  LOCKSTEP_CHECK(view.open());
  Manifest manifest;
  LOCKSTEP_TRY(manifest.facts.schema, schema_of(from));
  LOCKSTEP_TRY(manifest.facts.heads, read_audit_heads(from));
  LOCKSTEP_TRY(const auto tables, tables_of_schema(manifest.facts.schema));
  LOCKSTEP_CHECK(make_tables(to, manifest.facts.schema));
  LOCKSTEP_TRY(manifest.tables, copy_tables(from, to, tables, reported(on_work)));
  for (const TableDigest& table : manifest.tables) manifest.facts.rows += table.rows;
  return manifest;
}

class SqlArchive final : public Archive {
 public:
  SqlArchive(OpenReader open, std::string version)
      : open_(std::move(open)), version_(std::move(version)) {}

  Result<BackupFacts> back_up(const std::filesystem::path& file, WallTime at,
                              const OnWork& on_work) override {
    LOCKSTEP_CHECK(check_target(file));
    const std::filesystem::path part = part_of(file);
    remove_quietly(part);  // What an earlier run left that was killed.
    Result<BackupFacts> facts = write(part, at, on_work);
    if (facts) {
      if (const Result<void> published = publish(part, file); !published) {
        facts = std::unexpected(published.error());
      }
    }
    if (!facts) remove_quietly(part);
    return facts;
  }

 private:
  Result<BackupFacts> write(const std::filesystem::path& part, WallTime at,
                            const OnWork& on_work) const {
    LOCKSTEP_TRY(const auto from, open_());
    LOCKSTEP_TRY(auto to, make_scratch(part, FileKind::backup));
    LOCKSTEP_TRY(Manifest manifest, copy_out(*from, *to, on_work));
    manifest.facts.version = version_;
    manifest.facts.at = at;
    LOCKSTEP_CHECK(write_manifest(*to, manifest));
    LOCKSTEP_CHECK(finish_scratch(std::move(to), part));
    return manifest.facts;
  }

  const OpenReader open_;
  const std::string version_;
};

// ---- Putting back.

Result<void> check_tables(const Manifest& manifest, const std::vector<TableDigest>& found,
                          const std::filesystem::path& file) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i < manifest.tables.size() && manifest.tables[i] == found[i]) continue;
    return damaged(file, "the table " + found[i].table + " is not what was written");
  }
  return {};
}

Result<BackupFacts> unpack(Connection& from, Connection& to, const std::filesystem::path& file,
                           const OnWork& on_work) {
  LOCKSTEP_TRY(const Manifest manifest, read_manifest(from, file));
  if (const Result<void> made = migrate_to(to, manifest.facts.schema); !made) {
    return about(file, made.error());
  }
  LOCKSTEP_TRY(const auto tables, tables_of_schema(manifest.facts.schema));
  const auto copied = copy_tables(from, to, tables, reported(on_work));
  if (!copied) return about(file, copied.error());
  LOCKSTEP_CHECK(check_tables(manifest, *copied, file));
  LOCKSTEP_CHECK(to.begin_write());
  LOCKSTEP_CHECK(to.execute("DELETE FROM tickets", {}));
  // Who had signed out by the end would be signed in again.
  constexpr std::uint32_t kSchemaWithSessions = 4;
  if (manifest.facts.schema >= kSchemaWithSessions) {
    LOCKSTEP_CHECK(to.execute("DELETE FROM sessions", {}));
  }
  LOCKSTEP_CHECK(forget_node(to));
  LOCKSTEP_CHECK(to.commit());
  return manifest.facts;
}

}  // namespace

std::unique_ptr<Archive> make_archive(OpenReader open, std::string version) {
  return std::make_unique<SqlArchive>(std::move(open), std::move(version));
}

std::unique_ptr<Archive> make_sqlite_archive(const std::filesystem::path& data_dir,
                                             std::string version) {
  const auto open = [file = data_dir / "lockstep.db"]() -> Result<std::unique_ptr<Connection>> {
    LOCKSTEP_TRY(std::unique_ptr<Connection> reader, SqliteConnection::open_reader({.path = file}));
    return reader;
  };
  return make_archive(open, std::move(version));
}

Result<BackupFacts> read_backup_facts(const std::filesystem::path& file) {
  LOCKSTEP_TRY(const auto database, open_finished(file, FileKind::backup));
  LOCKSTEP_TRY(const Manifest manifest, read_manifest(*database, file));
  return manifest.facts;
}

Result<BackupFacts> unpack_backup(const std::filesystem::path& file,
                                  const std::filesystem::path& data_dir, const OnWork& on_work) {
  const std::filesystem::path made = data_dir / "lockstep.db";
  LOCKSTEP_TRY(const auto from, open_finished(file, FileKind::backup));
  LOCKSTEP_TRY(auto to, make_scratch(made, FileKind::store));
  Result<BackupFacts> facts = unpack(*from, *to, file, on_work);
  if (facts) {
    if (const auto done = finish_scratch(std::move(to), made); !done) {
      facts = std::unexpected(done.error());
    }
  }
  if (!facts) remove_quietly(made);
  return facts;
}

Result<std::uint64_t> copy_database(Connection& from, Connection& to, const OnWork& on_work) {
  LOCKSTEP_TRY(const Manifest manifest, copy_out(from, to, on_work));
  return manifest.facts.rows;
}

}  // namespace lockstep
