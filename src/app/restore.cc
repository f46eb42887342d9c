// SPDX-License-Identifier: Apache-2.0
#include "app/restore.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/sql/audit_import.h"
#include "adapters/sql/backup.h"
#include "adapters/sql/sql_store.h"
#include "adapters/sql/sqlite/install.h"
#include "app/data_directory.h"
#include "formats/audit_line.h"
#include "service/api_keys.h"
#include "service/audit_trail.h"

namespace lockstep {
namespace {

constexpr std::uint32_t kSeedsOpened = 100;
/// Records between two words about progress.
constexpr std::uint64_t kRecordsAtOnce = 1'000;

/// A directory inside the data directory, for what is being built; deleted when this goes.
class Workshop {
 public:
  static Result<Workshop> make(const std::filesystem::path& data) {
    Workshop made(data / "restore.part");
    std::error_code problem;
    std::filesystem::remove_all(made.path_, problem);  // What an earlier run left that was killed.
    if (::mkdir(made.path_.c_str(), S_IRWXU) != 0) {
      return fail(Errc::unavailable, "cannot make " + made.path_.string() + ": " +
                                         std::generic_category().message(errno));
    }
    return made;
  }
  Workshop(Workshop&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Workshop& operator=(Workshop&&) = delete;
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit Workshop(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

Result<void> check_target(const RestoreOptions& options) {
  std::error_code problem;
  if (!std::filesystem::is_directory(options.data, problem)) {
    return fail(Errc::not_found, "there is no data directory " + options.data.string() +
                                     ": make it (mode 0700) and put the key file of the store that "
                                     "was backed up into it");
  }
  if (options.keys.source != KeySource::credential &&
      !std::filesystem::exists(key_file_path(options.data), problem)) {
    return fail(Errc::not_found, "there is no key " + key_file_path(options.data).string() +
                                     ": put the one of the store that was backed up there; without "
                                     "it no seed can be opened");
  }
  if (!options.replace && std::filesystem::exists(options.data / "lockstep.db", problem)) {
    return fail(Errc::conflict, "there is a store in " + options.data.string() +
                                    " already: name an empty directory, or say --replace, which "
                                    "keeps the old store beside the new one");
  }
  return {};
}

/// Adds the records of one mirror to the audit in `into`, and shows each new one to `replay`.
Result<void> read_mirror(const std::filesystem::path& mirror, AuditImport& into, Replay& replay,
                         const OnStage& on_stage) {
  std::ifstream file(mirror, std::ios::binary);
  if (!file) return fail(Errc::not_found, "cannot read the mirror " + mirror.string());
  std::uint64_t number = 0;
  for (std::string text; std::getline(file, text);) {
    ++number;
    const auto at = [&](const std::string& what) {
      return mirror.string() + ":" + std::to_string(number) + ": " + what;
    };
    // The last line of a machine that stopped may be half written.
    if (file.eof()) break;
    const Result<AuditLine> line = parse_audit_line(text);
    if (!line) return fail(Errc::corrupt, at(line.error().context));
    const auto* record = std::get_if<AuditRecord>(&*line);
    if (record == nullptr) continue;
    const Result<bool> added = into.add(*record);
    if (!added) return fail(added.error().code, at(added.error().context));
    if (*added) replay.see(*record);
    if (number % kRecordsAtOnce == 0) on_stage("reading the mirror", number, 0);
  }
  return {};
}

Result<void> read_mirrors(const RestoreOptions& options, const std::filesystem::path& staged,
                          Replay& replay, const OnStage& on_stage) {
  LOCKSTEP_TRY(AuditImport import, AuditImport::open(staged));
  for (const auto& mirror : options.mirrors) {
    LOCKSTEP_CHECK(read_mirror(mirror, import, replay, on_stage));
  }
  return import.finish();
}

Result<std::uint64_t> check_audit(Store& store) {
  LOCKSTEP_TRY(const AuditVerdict verdict, verify_audit(store, {}));
  const std::optional<AuditBreak> broken = verdict.broken();
  if (!broken) return verdict.records;
  return fail(Errc::corrupt, fmt::format("the audit in it is not what was written, from record {} "
                                         "of chain {} on; nothing was changed",
                                         broken->seq, broken->node.value()));
}

std::vector<std::pair<std::string, std::string>> details_of(const RestoreReport& report) {
  std::vector<std::pair<std::string, std::string>> details{
      {"backup_at", to_rfc3339(report.facts.at)}};
  for (const auto& [node, head] : report.facts.heads) {
    details.emplace_back("head", fmt::format("{}:{}", node.value(), head.seq));
  }
  if (report.replay) {
    details.emplace_back("replayed_records", std::to_string(report.replay->records));
    details.emplace_back("tokens_brought_forward", std::to_string(report.replay->tokens));
    details.emplace_back("left_to_do", std::to_string(report.replay->left_count));
  } else {
    details.emplace_back("fence", "raised");
    details.emplace_back("tokens_fenced", std::to_string(report.tokens_fenced));
  }
  details.emplace_back("temporary_codes_ended", std::to_string(report.temporary_ended));
  return details;
}

/// Brings the staged store forward or fences it off, with the key that is to open it.
Result<void> bring_forward(const RestoreOptions& options, Services& services, Replay& replay,
                           RestoreReport& report) {
  LOCKSTEP_TRY(report.seeds_opened, open_sample(services, kSeedsOpened));
  Caller caller = owner_caller();
  caller.quiet = true;
  const Context context = begin(services, std::move(caller));
  if (options.mirrors.empty()) {
    LOCKSTEP_TRY(report.tokens_fenced, raise_fence(services, context, options.codes_skipped));
  } else {
    LOCKSTEP_TRY(report.replay, replay.apply(services, context));
  }
  LOCKSTEP_TRY(report.temporary_ended, end_all_temporary(services, context));
  return record_restored(services, context, details_of(report));
}

/// Everything up to a finished store in `staged`; without keys only what needs none.
Result<RestoreReport> build(const RestoreOptions& options, bool with_keys,
                            const std::filesystem::path& staged, const Clock& clock, Random& random,
                            const OnStage& on_stage) {
  RestoreReport report;
  LOCKSTEP_TRY(report.facts,
               unpack_backup(options.backup, staged,
                             [&](std::uint64_t done, std::uint64_t total) -> Result<void> {
                               on_stage("unpacking", done, total);
                               return {};
                             }));
  Replay replay;
  if (!options.mirrors.empty()) {
    LOCKSTEP_CHECK(read_mirrors(options, staged, replay, on_stage));
  }
  LOCKSTEP_TRY(const auto store, open_sqlite_store(staged, random));
  on_stage("checking the audit", 0, 0);
  LOCKSTEP_TRY(report.audit_records, check_audit(*store));
  if (!with_keys) return report;
  LOCKSTEP_TRY(const auto vault, open_keys(options.data, options.keys));
  LOCKSTEP_TRY(const auto services, start_services({*store, clock, random, *vault}, 1));
  on_stage(options.mirrors.empty() ? "raising the fence" : "bringing tokens forward", 0, 0);
  LOCKSTEP_CHECK(bring_forward(options, *services, replay, report));
  return report;
}

/// What root has made is given to whom the directory belongs.
void hand_over(const std::filesystem::path& data) {
  struct stat facts{};
  if (::geteuid() != 0 || ::stat(data.c_str(), &facts) != 0) return;
  for (const char* name : {"lockstep.db", "lockstep.lock"}) {
    // Where it fails, opening the store says so, and what to do.
    static_cast<void>(::lchown((data / name).c_str(), facts.st_uid, facts.st_gid));
  }
}

/// "before-restore-20261122T041500Z".
std::string kept_name(WallTime at) {
  std::string name = "before-restore-" + to_rfc3339(std::chrono::floor<Seconds>(at));
  std::erase_if(name, [](char c) { return c == ':'; });
  return name;
}

}  // namespace

Result<RestoreReport> restore(const RestoreOptions& options, const Clock& clock, Random& random,
                              const OnStage& on_stage) {
  LOCKSTEP_CHECK(read_backup_facts(options.backup));
  LOCKSTEP_CHECK(check_target(options));
  LOCKSTEP_TRY(const DataDirectory held, DataDirectory::hold(options.data));
  LOCKSTEP_TRY(const Workshop workshop, Workshop::make(options.data));
  LOCKSTEP_TRY(RestoreReport report,
               build(options, true, workshop.path(), clock, random, on_stage));
  std::error_code problem;
  const std::string kept = kept_name(clock.now().wall);
  if (std::filesystem::exists(options.data / "lockstep.db", problem)) {
    report.kept = options.data / kept;
  }
  LOCKSTEP_CHECK(install_database(held, workshop.path() / "lockstep.db", kept));
  hand_over(options.data);
  return report;
}

Result<RestoreReport> check_backup(const RestoreOptions& options, const Clock& clock,
                                   Random& random, const OnStage& on_stage) {
  LOCKSTEP_TRY(const PassingDirectory temporary, PassingDirectory::make());
  std::error_code problem;
  const bool with_keys = options.keys.source == KeySource::credential ||
                         std::filesystem::exists(key_file_path(options.data), problem);
  return build(options, with_keys, temporary.path(), clock, random, on_stage);
}

}  // namespace lockstep
