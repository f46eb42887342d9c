// SPDX-License-Identifier: Apache-2.0
#include "service/import_tokens.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <span>

#include "base/hex.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "formats/json.h"
#include "formats/seed_files.h"
#include "service/approvals.h"
#include "service/bulk_tokens.h"
#include "service/events.h"
#include "service/retry.h"
#include "service/staged_imports.h"
#include "service/tickets.h"
#include "service/token_models.h"

namespace lockstep {

namespace {

// The ticket of an import: what it is and what became of it as JSON, its file and the key that
// opens it sealed.
//
// The parts that say how to read a file are few and written out; a report of 1,000 refused lines is
// worked out again from the file, so that it need not be kept.

/// A token in stock, and what the file says it is.
struct Overwritten {
  TokenId id;
  RowVersion version;
  SeedRecord record;
};

/// A file read and compared with what the store holds.
struct Plan {
  std::vector<SeedRecord> to_add;
  std::vector<Overwritten> to_overwrite;
  ImportReport report;
};

using Tell = std::function<void(ImportPhase, std::uint64_t done, std::uint64_t total)>;

Result<SeedFile> parse_file(const ImportFile& file) {
  const SeedFileOptions options{.format = file.format,
                                .defaults = file.defaults,
                                .encoding = file.encoding,
                                .key = {file.key.preshared.clone(), file.key.password.clone()}};
  return read_seed_file(file.content, options, {kImportBytesMax, kImportTokensMax});
}

/// Whether the seed of `token` is that of `record`. Compared by their hashes, so that this place
/// need not see them.
Result<bool> is_same_seed(Services& services, const Token& token, const SeedRecord& record) {
  LOCKSTEP_TRY(const Secret seed,
               services.vault.open(SealPurpose::seed, token.id.value(), token.seed));
  return constant_time_equal(sha256(seed), sha256(record.seed));
}

/// Sorts the tokens of a file by what is to become of them.
class Planner {
 public:
  Planner(Services& services, bool overwrite) : services_(services), overwrite_(overwrite) {}

  Result<Plan> plan(SeedFile file, const Tell& tell) {
    rejected_ = std::move(file.rejected);
    std::vector<SeedRecord> records = without_unsound(std::move(file.records));
    for (std::size_t i = 0; i < records.size(); i += Page::kLimitMax) {
      tell(ImportPhase::comparing, i, records.size());
      const std::size_t count = std::min<std::size_t>(records.size() - i, Page::kLimitMax);
      LOCKSTEP_CHECK(compare(std::span(records).subspan(i, count)));
    }
    report(std::move(file.notes), file.format);
    return std::move(plan_);
  }

 private:
  void reject(const SeedRecord& record, const char* why) {
    rejected_.push_back(RejectedSeed{record.line, record.serial.text(), why});
  }

  std::vector<SeedRecord> without_unsound(std::vector<SeedRecord> records) {
    std::set<Serial> seen;
    std::erase_if(records, [&](const SeedRecord& record) {
      const bool is_first = seen.insert(record.serial).second;
      if (!is_first) reject(record, "the serial occurs before in this file");
      const bool is_crossed =
          record.valid_from && record.valid_until && *record.valid_from >= *record.valid_until;
      if (is_first && is_crossed) reject(record, "its first day is not before its last");
      return !is_first || is_crossed;
    });
    return records;
  }

  /// At most Page::kLimitMax records, which are moved from.
  Result<void> compare(std::span<SeedRecord> records) {
    std::vector<Serial> serials;
    serials.reserve(records.size());
    for (const SeedRecord& record : records) serials.push_back(record.serial);
    LOCKSTEP_TRY(const std::vector<TokenRow> rows, services_.store.tokens_by_serials(serials));
    std::map<Serial, const Token*> there;
    for (const TokenRow& row : rows) there.emplace(row.token.serial, &row.token);
    for (SeedRecord& record : records) {
      const auto found = there.find(record.serial);
      if (found == there.end()) {
        plan_.to_add.push_back(std::move(record));
      } else {
        LOCKSTEP_CHECK(compare(std::move(record), *found->second));
      }
    }
    return {};
  }

  Result<void> compare(SeedRecord record, const Token& token) {
    LOCKSTEP_TRY(const bool same, is_same_seed(services_, token, record));
    if (same) {
      ++plan_.report.already_there;
    } else if (!overwrite_) {
      reject(record, "a token with this serial and another seed is there");
    } else if (token.owner) {
      reject(record, "a token with this serial and another seed is somebody's: take it back first");
    } else {
      plan_.to_overwrite.push_back({token.id, token.version, std::move(record)});
    }
    return {};
  }

  void report(std::vector<std::string> notes, SeedFormat format) {
    std::ranges::stable_sort(rejected_, {}, &RejectedSeed::line);
    ImportReport& report = plan_.report;
    report.added = plan_.to_add.size();
    report.overwritten = plan_.to_overwrite.size();
    report.rejected = rejected_.size();
    if (rejected_.size() > kImportRejectedListMax) rejected_.resize(kImportRejectedListMax);
    report.rejected_list = std::move(rejected_);
    report.format = format;
    report.notes = std::move(notes);
  }

  Services& services_;
  bool overwrite_;
  std::vector<RejectedSeed> rejected_;
  Plan plan_;
};

std::string data_of(const ImportFile& file, const ImportReport& report) {
  const SeedDefaults& defaults = file.defaults;
  boost::json::object data{{"format", name_of(report.format)},
                           {"hash", static_cast<int>(defaults.hash)},
                           {"digits", defaults.digits.count()},
                           {"step", defaults.step.count()},
                           {"t0", defaults.t0.count()},
                           {"form", file.form == TokenForm::hardware ? "hardware" : "software"},
                           {"model", file.model},
                           {"batch", file.batch},
                           {"overwrite", file.overwrite},
                           {"overwritten", report.overwritten},
                           {"committed", report.committed},
                           {"added", report.added},
                           {"already_there", report.already_there},
                           {"rejected", report.rejected}};
  if (defaults.kind) data["kind"] = *defaults.kind == TokenKind::hotp ? "hotp" : "totp";
  if (file.encoding) data["encoding"] = *file.encoding == SeedEncoding::hex ? "hex" : "base32";
  if (file.warranty_until) data["warranty_until"] = to_rfc3339(*file.warranty_until);
  boost::json::array& notes = data["notes"].emplace_array();
  for (const std::string& note : report.notes) notes.emplace_back(note);
  return to_json(data);
}

Result<SeedDefaults> read_defaults(JsonObject& object) {
  SeedDefaults defaults;
  LOCKSTEP_TRY(const auto kind, object.optional_text("kind"));
  if (kind) defaults.kind = *kind == "hotp" ? TokenKind::hotp : TokenKind::totp;
  LOCKSTEP_TRY(const std::int64_t hash, object.number("hash", {0, 2}));
  defaults.hash = static_cast<HashAlgorithm>(hash);
  LOCKSTEP_TRY(const std::int64_t digits, object.number("digits", {4, 10}));
  LOCKSTEP_TRY(defaults.digits, Digits::make(static_cast<unsigned>(digits)));
  LOCKSTEP_TRY(const std::int64_t step, object.number("step", {1, 86'400}));
  defaults.step = Seconds(step);
  LOCKSTEP_TRY(const std::int64_t t0, object.number("t0", NumberRange{}));
  defaults.t0 = Seconds(t0);
  return defaults;
}

Result<std::uint64_t> read_count(JsonObject& object, std::string_view name) {
  LOCKSTEP_TRY(const std::int64_t count, object.number(name, NumberRange{}));
  return static_cast<std::uint64_t>(count);
}

/// A staged or committed import as it was kept.
struct Kept {
  Ticket ticket;
  ImportFile file;      ///< without content and key, until `open_file`
  ImportReport report;  ///< without the list of what was rejected
};

Result<void> read_file_facts(JsonObject& object, ImportFile& file) {
  LOCKSTEP_TRY(const std::string format, object.text("format"));
  file.format = find_seed_format(format);
  LOCKSTEP_TRY(const std::string form, object.text("form"));
  file.form = form == "hardware" ? TokenForm::hardware : TokenForm::software;
  LOCKSTEP_TRY(file.model, object.text("model"));
  LOCKSTEP_TRY(const auto batch, object.optional_text("batch"));
  file.batch = batch.value_or("");
  LOCKSTEP_TRY(const auto overwrite, object.optional_flag("overwrite"));
  file.overwrite = overwrite.value_or(false);
  LOCKSTEP_TRY(const auto warranty, object.optional_text("warranty_until"));
  if (warranty) {
    LOCKSTEP_TRY(file.warranty_until, parse_rfc3339(*warranty));
  }
  LOCKSTEP_TRY(file.defaults, read_defaults(object));
  LOCKSTEP_TRY(const auto encoding, object.optional_text("encoding"));
  if (encoding) file.encoding = *encoding == "hex" ? SeedEncoding::hex : SeedEncoding::base32;
  if (!file.format) return fail(Errc::corrupt, "a kept import has no format");
  return {};
}

Result<void> read_report(JsonObject& object, ImportReport& report) {
  constexpr std::size_t kNotesMax = 32;
  LOCKSTEP_TRY(const std::optional<bool> committed, object.optional_flag("committed"));
  report.committed = committed.value_or(false);
  LOCKSTEP_TRY(report.added, read_count(object, "added"));
  LOCKSTEP_TRY(report.already_there, read_count(object, "already_there"));
  LOCKSTEP_TRY(report.rejected, read_count(object, "rejected"));
  LOCKSTEP_TRY(const auto overwritten, object.optional_number("overwritten", NumberRange{}));
  report.overwritten = static_cast<std::uint64_t>(overwritten.value_or(0));
  LOCKSTEP_TRY(report.notes, object.texts("notes", kNotesMax));
  return {};
}

Result<Kept> kept_in(Ticket ticket) {
  LOCKSTEP_TRY(const boost::json::value data, parse_json(ticket.data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  Kept kept{std::move(ticket), {}, {}};
  LOCKSTEP_CHECK(read_file_facts(object, kept.file));
  LOCKSTEP_CHECK(read_report(object, kept.report));
  kept.report.format = *kept.file.format;
  kept.report.expires_at = kept.ticket.expires_at;
  return kept;
}

Result<Kept> find(Services& services, const Context& context, const std::string& id) {
  LOCKSTEP_TRY(std::optional<Ticket> ticket,
               find_ticket(services, id, TicketKind::import, context.now.wall));
  if (!ticket) return fail(Errc::not_found, "no such import, or it has expired");
  LOCKSTEP_TRY(Kept kept, kept_in(*std::move(ticket)));
  kept.report.id = id;
  return kept;
}

/// The uploaded file: large, so opened only for who reads it.
Result<void> open_file(Services& services, Kept& kept) {
  if (!kept.ticket.sealed) return fail(Errc::corrupt, "a staged import has no file");
  LOCKSTEP_TRY(
      const Secret packed,
      services.vault.open(SealPurpose::import, seal_id(kept.ticket.hash), *kept.ticket.sealed));
  LOCKSTEP_TRY(PackedSeedFile file, unpack_seed_file(packed));
  kept.file.content = std::move(file.content);
  kept.file.key = std::move(file.key);
  return {};
}

/// What the file would do now.
Result<Plan> plan_again(Services& services, Kept& kept, const Tell& tell) {
  LOCKSTEP_CHECK(open_file(services, kept));
  LOCKSTEP_TRY(SeedFile file, parse_file(kept.file));
  LOCKSTEP_TRY(Plan plan, Planner(services, kept.file.overwrite).plan(std::move(file), tell));
  plan.report.id = kept.report.id;
  plan.report.expires_at = kept.report.expires_at;
  return plan;
}

/// The warranty of a file's models, each looked up once.
class Models {
 public:
  explicit Models(Services& services) : services_(services) {}

  Result<std::optional<WallTime>> warranty(const std::string& name, WallTime now) {
    const auto known = ends_.find(name);
    if (known != ends_.end()) return known->second;
    LOCKSTEP_TRY(const std::optional<TokenModel> model, find_token_model(services_, name));
    return ends_[name] = model ? warranty_end(*model, now) : std::nullopt;
  }

 private:
  Services& services_;
  std::map<std::string, std::optional<WallTime>> ends_;
};

Result<Token> token_of(Services& services, const Context& context, const ImportFile& file,
                       const SeedRecord& record, Models& models) {
  Token token{.id = TokenId(services.random.id()),
              .serial = record.serial,
              .spec = record.spec,
              .form = file.form,
              .status = TokenStatus::enabled,
              .model = record.model.empty() ? file.model : record.model,
              .batch = file.batch,
              .owner = {},
              .label = {},
              .assigned_at = {},
              .valid_from = record.valid_from,
              .valid_until = record.valid_until,
              .warranty_until = file.warranty_until,
              .created_at = context.now.wall,
              .seed = {},
              .progress = {},
              .version = {}};
  if (!token.warranty_until) {
    LOCKSTEP_TRY(token.warranty_until, models.warranty(token.model, context.now.wall));
  }
  token.progress.next = record.next;
  if (record.offset) token.progress.clock = ClockFix{*record.offset, context.now};
  LOCKSTEP_TRY(token.seed, services.vault.seal(SealPurpose::seed, token.id.value(), record.seed));
  return token;
}

/// All tokens of the plan, the ticket that remembers it, and the events, as one change set.
Result<ChangeSet> changes_of(Services& services, const Context& context, const Kept& kept,
                             const Plan& plan, const Tell& tell) {
  ChangeSet set;
  Models models(services);
  const std::uint64_t total = plan.to_add.size() + plan.to_overwrite.size();
  std::uint64_t done = 0;
  const auto insert = [&](const SeedRecord& record) -> Result<void> {
    if (done % Page::kLimitMax == 0) tell(ImportPhase::sealing, done, total);
    ++done;
    LOCKSTEP_TRY(Token token, token_of(services, context, kept.file, record, models));
    set.events.push_back(event(context, EventKind::token_created, record.serial));
    set.changes.emplace_back(InsertToken{std::move(token)});
    return {};
  };
  for (const SeedRecord& record : plan.to_add) LOCKSTEP_CHECK(insert(record));
  for (const Overwritten& one : plan.to_overwrite) {
    set.events.push_back(event(context, EventKind::token_deleted, one.record.serial));
    set.changes.emplace_back(DeleteToken{one.id, one.version});
    LOCKSTEP_CHECK(insert(one.record));
  }
  Ticket ticket = kept.ticket;
  ticket.data = data_of(kept.file, plan.report);
  ticket.sealed.reset();
  set.changes.emplace_back(UpdateTicket{std::move(ticket)});
  AuditEvent made = event(context, EventKind::import_committed);
  made.details.emplace_back("added", std::to_string(plan.report.added));
  made.details.emplace_back("already_there", std::to_string(plan.report.already_there));
  made.details.emplace_back("overwritten", std::to_string(plan.report.overwritten));
  made.details.emplace_back("rejected", std::to_string(plan.report.rejected));
  set.events.push_back(std::move(made));
  return set;
}

Result<void> check_file(const ImportFile& file) {
  constexpr std::size_t kModelBytesMax = 128;
  LOCKSTEP_CHECK(check(CodeSpec{.kind = TokenKind::totp,
                                .hash = file.defaults.hash,
                                .digits = file.defaults.digits,
                                .step = file.defaults.step,
                                .t0 = file.defaults.t0}));
  for (const std::string& text : {file.model, file.batch}) {
    if (text.size() > kModelBytesMax || (!text.empty() && !fold(text))) {
      return fail(Errc::invalid_input, "model or batch is too long or no plain text");
    }
  }
  return {};
}

/// What another operator is asked about: which upload, and how many tokens it overwrites.
std::string asked_about(const Kept& kept, const Plan& plan) {
  return to_json(boost::json::object{{"import", to_hex(kept.ticket.hash)},
                                     {"overwritten", std::to_string(plan.report.overwritten)}});
}

/// The upload that was asked about.
Result<Kept> find_asked(Services& services, const Context& context, const Approval& approval) {
  LOCKSTEP_TRY(const boost::json::value data, parse_json(approval.data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  LOCKSTEP_TRY(const std::string name, object.text("import"));
  LOCKSTEP_TRY(const Bytes bytes, parse_hex(name));
  TicketHash hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  LOCKSTEP_TRY(std::optional<Ticket> ticket, services.store.ticket(hash));
  if (!ticket || ticket->expires_at < context.now.wall) {
    return fail(Errc::conflict, "the upload has expired: it has to be sent again");
  }
  return kept_in(*std::move(ticket));
}

void untold(ImportPhase /*phase*/, std::uint64_t /*done*/, std::uint64_t /*total*/) {}

}  // namespace

Result<ImportReport> stage_import(Services& services, const Context& context,
                                  const ImportFile& file) {
  LOCKSTEP_CHECK(check_file(file));
  LOCKSTEP_TRY(SeedFile read, parse_file(file));
  LOCKSTEP_TRY(Plan plan, Planner(services, file.overwrite).plan(std::move(read), untold));
  const TicketSecret secret = make_ticket_secret(services.random);
  plan.report.id = secret.text;
  plan.report.expires_at = context.now.wall + kImportKept;
  LOCKSTEP_TRY(Sealed sealed, services.vault.seal(SealPurpose::import, seal_id(secret.hash),
                                                  pack_seed_file(file.content, file.key)));
  AuditEvent made = event(context, EventKind::import_staged);
  made.details.emplace_back("to_add", std::to_string(plan.report.added));
  const Ticket ticket{.hash = secret.hash,
                      .kind = TicketKind::import,
                      .data = data_of(file, plan.report),
                      .sealed = std::move(sealed),
                      .expires_at = plan.report.expires_at,
                      .version = {}};
  LOCKSTEP_CHECK(retried({}, [&]() -> Result<void> {
    LOCKSTEP_TRY(Change waits, remember_import(services, context, ticket.hash, ticket.expires_at));
    return services.store.commit(ChangeSet{{InsertTicket{ticket}, std::move(waits)}, {made}});
  }));
  return std::move(plan.report);
}

Result<void> drop_import(Services& services, const Context& context, const std::string& id) {
  LOCKSTEP_TRY(const Kept kept, find(services, context, id));
  if (kept.report.committed) return fail(Errc::conflict, "its tokens were added");
  return services.store.commit(
      ChangeSet{{DeleteTicket{kept.ticket.hash, kept.ticket.version}}, {}});
}

Result<ImportReport> get_import(Services& services, const Context& context, const std::string& id) {
  LOCKSTEP_TRY(Kept kept, find(services, context, id));
  if (kept.report.committed) return kept.report;
  if (const auto step = services.imports.of(kept.ticket.hash)) {
    ImportReport report = kept.report;
    report.step = step;
    return report;
  }
  LOCKSTEP_TRY(Plan plan, plan_again(services, kept, untold));
  return std::move(plan.report);
}

Result<ImportReport> commit_import(Services& services, const Context& context,
                                   const std::string& id) {
  LOCKSTEP_TRY(Kept kept, find(services, context, id));
  if (kept.report.committed) return kept.report;
  ImportProgress::Teller teller(services.imports, kept.ticket.hash);
  const Tell tell = [&](ImportPhase phase, std::uint64_t done, std::uint64_t total) {
    teller.tell({phase, done, total});
  };
  LOCKSTEP_TRY(Plan plan, plan_again(services, kept, tell));
  if (plan.report.overwritten > kBulkTokensAlone &&
      context.policy->policy.two_persons.mass_change) {
    LOCKSTEP_TRY(plan.report.waits, ask_approval(services, context, Operation::overwrite_tokens,
                                                 asked_about(kept, plan)));
    return std::move(plan.report);
  }
  plan.report.committed = true;
  LOCKSTEP_TRY(ChangeSet set, changes_of(services, context, kept, plan, tell));
  tell(ImportPhase::writing, 0, plan.report.added + plan.report.overwritten);
  const Result<void> done = services.store.commit(std::move(set));
  if (done) return std::move(plan.report);
  if (done.error().code != Errc::conflict) return std::unexpected(done.error());
  // Perhaps the same commit was sent twice and the other one did it.
  LOCKSTEP_TRY(const Kept now, find(services, context, id));
  if (now.report.committed) return now.report;
  return fail(Errc::conflict, "a token of this file was created meanwhile; stage it again");
}

Result<void> add_import_changes(Services& services, const Context& context, const Caller& asker,
                                const Approval& approval, ChangeSet& set) {
  LOCKSTEP_TRY(Kept kept, find_asked(services, context, approval));
  if (kept.report.committed) return fail(Errc::conflict, "its tokens were added already");
  LOCKSTEP_TRY(Plan plan, plan_again(services, kept, untold));
  if (asked_about(kept, plan) != approval.data) {
    return fail(Errc::conflict, "it would overwrite others now: the file has to be sent again");
  }
  plan.report.committed = true;
  const Context theirs{asker, context.now, context.policy};
  LOCKSTEP_TRY(ChangeSet made, changes_of(services, theirs, kept, plan, untold));
  made.events.back().details.emplace_back("approved_by", context.caller.actor.value());
  std::ranges::move(made.changes, std::back_inserter(set.changes));
  std::ranges::move(made.events, std::back_inserter(set.events));
  return {};
}

}  // namespace lockstep
