// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/sql/examine.h"
#include "adapters/sql/sql_store.h"
#include "adapters/sql/sqlite/install.h"
#include "adapters/system/key_file.h"
#include "app/data_directory.h"
#include "app/doctor_doors.h"
#include "front/cli/client.h"

namespace lockstep {
namespace {

constexpr std::uint64_t kMiB = 1'048'576;
constexpr std::uint64_t kFreeWarning = 1'024 * kMiB;
constexpr std::uint64_t kFreeProblem = 100 * kMiB;
constexpr std::uint64_t kLogWarning = 256 * kMiB;
constexpr Seconds kClockErrorWarning{5};
/// No server of ours ran before; a clock that says so was never set: 2024-01-01.
constexpr WallTime kEarliest{Seconds(1'704'067'200)};

using Findings = std::vector<Finding>;

Finding good(const char* about, std::string what) {
  return {Health::ok, about, std::move(what), {}};
}

/// Modes that let others in.
constexpr ::mode_t kOthers = S_IRWXG | S_IRWXO;

void look_at_rights(const Patient& patient, Findings& findings) {
  struct stat facts{};
  if (::stat(patient.data.c_str(), &facts) != 0) {
    findings.push_back({Health::problem, "rights",
                        "cannot look at the data directory " + patient.data.string() + ": " +
                            std::generic_category().message(errno),
                        "make it with `lockstep init`, name the right one with --data, or run this "
                        "as root or the service's user"});
    return;
  }
  if ((facts.st_mode & kOthers) != 0) {
    findings.push_back({Health::problem, "rights",
                        fmt::format("others may look into {}: mode {:o}", patient.data.string(),
                                    facts.st_mode & 07777U),
                        "chmod 700 " + patient.data.string()});
  }
  if (::geteuid() != 0 && facts.st_uid != ::geteuid()) {
    findings.push_back({Health::warning, "rights",
                        patient.data.string() + " belongs to another user than you",
                        "run this as root or the service's user"});
  }
  for (const char* name : {"lockstep.db", "lockstep.db-wal"}) {
    struct stat file{};
    if (::stat((patient.data / name).c_str(), &file) != 0) continue;
    if ((file.st_mode & kOthers) != 0 || file.st_uid != facts.st_uid) {
      findings.push_back({Health::problem, "rights",
                          fmt::format("{} may be read by others or is not its directory's owner's",
                                      (patient.data / name).string()),
                          "chmod 600 it, and give it to the owner of the directory"});
    }
  }
  if (worst(findings) == Health::ok) {
    findings.push_back(good("rights", patient.data.string() + " is for its owner only"));
  }
}

void look_at_space(const Patient& patient, Findings& findings) {
  std::error_code problem;
  const auto space = std::filesystem::space(patient.data, problem);
  if (problem) return;  // Said already.
  const Health health = space.available < kFreeProblem   ? Health::problem
                        : space.available < kFreeWarning ? Health::warning
                                                         : Health::ok;
  findings.push_back({health, "space", fmt::format("{} MiB are free", space.available / kMiB),
                      health == Health::ok ? "" : "make room: without it every log-in is refused"});
  const auto log = std::filesystem::file_size(patient.data / "lockstep.db-wal", problem);
  if (!problem && log > kLogWarning) {
    findings.push_back({Health::warning, "space",
                        fmt::format("the store's log has {} MiB", log / kMiB),
                        "a reader holds it: end a backup or an sqlite3 shell that hangs, or "
                        "restart the server"});
  }
}

Result<StoreExam> look_into(const Patient& patient) {
  if (patient.store_url.empty()) return examine_sqlite(patient.data);
  LOCKSTEP_TRY(const auto database, connect_postgres(patient.store_url));
  LOCKSTEP_TRY(StoreExam exam, examine(*database));
  LOCKSTEP_TRY(const auto rows, database->query("SELECT version()", {}));
  LOCKSTEP_TRY(const bool found, rows->next());
  if (found) {
    LOCKSTEP_TRY(const auto version, rows->text(0));
    exam.engine = version.value_or("PostgreSQL");
  }
  return exam;
}

void look_at_schema(const StoreExam& exam, Findings& findings) {
  if (exam.schema == exam.newest_schema) {
    findings.push_back(good("store", fmt::format("{}, schema {}", exam.engine, exam.schema)));
  } else if (exam.schema < exam.newest_schema) {
    findings.push_back(
        {Health::warning, "store",
         fmt::format("schema {} is older than this program's, {}", exam.schema, exam.newest_schema),
         "make a backup, then start the server: it brings the store up to date"});
  } else {
    findings.push_back(
        {Health::problem, "store",
         fmt::format("schema {} is newer than this program's, {}", exam.schema, exam.newest_schema),
         "install the Lockstep that wrote it, or a newer one"});
  }
}

void look_at_key(const Patient& patient, const StoreExam& exam, Findings& findings) {
  const auto vault = open_keys(patient.data, patient.keys);
  if (!vault) {
    findings.push_back({Health::problem, "key", vault.error().context,
                        "put the key of this store there, mode 600"});
    return;
  }
  for (const TokenRow& row : exam.sample) {
    const Token& token = row.token;
    if ((*vault)->open(SealPurpose::seed, token.id.value(), token.seed)) continue;
    findings.push_back({Health::problem, "key",
                        "it does not open the seed of token " + std::string(token.serial.text()),
                        "put the key of this store back; a seed alone that is damaged: import "
                        "that token again"});
    return;
  }
  findings.push_back(good(
      "key", fmt::format("opens {} of {} seeds tried", exam.sample.size(), exam.sample.size())));
}

void look_at_clock(const Clock& clock, const ClockHealth& kernel,
                   const std::optional<WallTime>& last_record, Findings& findings) {
  const WallTime now = clock.now().wall;
  if (now < kEarliest) {
    findings.push_back({Health::problem, "clock", "it was never set: " + to_rfc3339(now),
                        "set it, and let a time service keep it right"});
  } else if (last_record && *last_record > now + kClockErrorWarning) {
    findings.push_back({Health::problem, "clock",
                        fmt::format("it says {}, and the audit holds a record of {}",
                                    to_rfc3339(now), to_rfc3339(*last_record)),
                        "it was set back, or was wrong then: time tokens are refused until it is "
                        "past that time again"});
  }
  if (!kernel.synchronised) {
    findings.push_back({Health::warning, "clock", "no time service keeps it right",
                        "run chrony, ntpd or systemd-timesyncd: time tokens need it"});
  } else if (kernel.error_max > kClockErrorWarning) {
    findings.push_back({Health::warning, "clock",
                        fmt::format("it may be {} s off", kernel.error_max.count() / 1'000'000),
                        "see what the time service says"});
  } else {
    findings.push_back(good("clock", "a time service keeps it right"));
  }
}

void look_at_server(const Patient& patient, Findings& findings) {
  if (is_listening(patient.admin_socket)) {
    findings.push_back(good("server", "running, on " + patient.admin_socket.string()));
    return;
  }
  // Only where there is a lock: to make one would give it to whoever runs this.
  std::error_code problem;
  const bool held = patient.store_url.empty() &&
                    std::filesystem::exists(patient.data / "lockstep.lock", problem) &&
                    !DataDirectory::hold(patient.data);
  findings.push_back(
      held ? Finding{Health::warning, "server",
                     "a program uses the data directory, and none answers on its admin socket",
                     "it starts, stops or hangs, or has another admin_socket"}
           : Finding{Health::ok, "server", "none is running", ""});
}

void look_at_mail(const Patient& patient, Findings& findings) {
  if (!patient.mail) return;
  findings.push_back(
      *patient.mail
          ? good("mail", "a mail server is configured; `lockstep mail test ADDRESS` tries it")
          : Finding{Health::warning, "mail",
                    "no mail server is configured: no code by mail and no notice is sent",
                    "name one under [mail], or switch codes by mail off: docs/guides/mail.md"});
}

void look_at_doors(const Patient& patient, WallTime now, Findings& findings) {
  if (!patient.certificate.empty()) {
    findings.push_back(examine_certificate("the API", patient.certificate, now));
  }
  if (!patient.radius) return;
  for (Finding& one : examine_radius(*patient.radius, now)) findings.push_back(std::move(one));
}

void look_at_groups(const Patient& patient, const StoreExam& exam, Findings& findings) {
  // Of another schema no group was read.
  if (!patient.radius || exam.schema != exam.newest_schema || !exam.damage.empty()) return;
  for (Finding& one : examine_radius_groups(*patient.radius, exam.groups)) {
    findings.push_back(std::move(one));
  }
}

void look_at_audit(const StoreExam& exam, Findings& findings) {
  std::uint64_t records = 0;
  for (const auto& [node, head] : exam.heads) records += head.seq;
  findings.push_back(good("audit", fmt::format("{} chains, {} records written; `lockstep audit "
                                               "verify` checks each",
                                               exam.heads.size(), records)));
}

}  // namespace

std::string_view name_of(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warning:
      return "warning";
    case Health::problem:
      return "problem";
  }
  LOCKSTEP_ASSERT(false);
}

std::vector<Finding> examine_all(const Patient& patient, const Clock& clock,
                                 const ClockHealth& kernel) {
  Findings findings;
  look_at_rights(patient, findings);
  findings.push_back(good("version", fmt::format("Lockstep {}, {}", patient.version,
                                                 OpenSSL_version(OPENSSL_VERSION))));
  look_at_space(patient, findings);
  look_at_mail(patient, findings);
  look_at_doors(patient, clock.now().wall, findings);
  std::error_code ignored;
  if (std::filesystem::is_directory(patient.data, ignored)) look_at_server(patient, findings);
  if (const auto installed = check_installed(patient.data); !installed) {
    findings.push_back({Health::problem, "store", installed.error().context, "do that"});
  }
  const Result<StoreExam> exam = look_into(patient);
  if (!exam) {
    findings.push_back({Health::problem, "store", exam.error().context,
                        "see that the database is there and answers, or restore a backup"});
    look_at_clock(clock, kernel, {}, findings);
    return findings;
  }
  for (const std::string& damage : exam->damage) {
    findings.push_back({Health::problem, "store", "its file is damaged: " + damage,
                        "stop the server, and restore a backup with --replay"});
  }
  if (exam->damage.empty()) look_at_schema(*exam, findings);
  look_at_key(patient, *exam, findings);
  look_at_groups(patient, *exam, findings);
  look_at_audit(*exam, findings);
  look_at_clock(clock, kernel, exam->last_record, findings);
  return findings;
}

Health worst(const std::vector<Finding>& findings) {
  Health result = Health::ok;
  for (const Finding& one : findings) result = std::max(result, one.health);
  return result;
}

}  // namespace lockstep
