// SPDX-License-Identifier: Apache-2.0
#include "service/import_tokens.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "crypto/digest.h"
#include "formats/csv_tokens.h"
#include "formats/json.h"
#include "formats/pskc.h"
#include "service/events.h"
#include "service/tickets.h"

namespace lockstep {

namespace {

// The ticket of an import: what it is and what became of it as JSON, its file sealed.
//
// The parts that say how to read a file are few and written out; a report of 1,000 refused lines is
// worked out again from the file, so that it need not be kept.

/// A file read and compared with what the store holds.
struct Plan {
  std::vector<SeedRecord> to_add;
  ImportReport report;
};

Result<std::vector<SeedRecord>> parse_file(const ImportFile& file) {
  if (file.format == ImportFormat::pskc) {
    return parse_pskc(file.content,
                      PskcLimits{.bytes_max = kImportBytesMax, .keys_max = kImportTokensMax});
  }
  return parse_csv_tokens(file.content, file.spec, CsvLimits{kImportBytesMax, kImportTokensMax});
}

void reject(ImportReport& report, const SeedRecord& record, std::string why) {
  ++report.rejected;
  if (report.rejected_list.size() == kImportRejectedListMax) return;
  report.rejected_list.push_back(RejectedToken{record.line, record.serial.text(), std::move(why)});
}

/// Whether the seed of `token` is that of `record`. Compared by their hashes, so that this place
/// need not see them.
Result<bool> is_same_seed(Services& services, const Token& token, const SeedRecord& record) {
  LOCKSTEP_TRY(const Secret seed,
               services.vault.open(SealPurpose::seed, token.id.value(), token.seed));
  return constant_time_equal(sha256(seed), sha256(record.seed));
}

Result<Plan> make_plan(Services& services, std::vector<SeedRecord> records) {
  Plan plan;
  std::set<Serial> seen;
  for (SeedRecord& record : records) {
    if (!seen.insert(record.serial).second) {
      reject(plan.report, record, "the serial occurs before in this file");
      continue;
    }
    LOCKSTEP_TRY(const Situation situation, services.store.situation(Subject(record.serial)));
    const auto token = std::ranges::find(situation.tokens, record.serial, &Token::serial);
    if (token == situation.tokens.end()) {
      plan.to_add.push_back(std::move(record));
      continue;
    }
    LOCKSTEP_TRY(const bool same, is_same_seed(services, *token, record));
    if (same) {
      ++plan.report.already_there;
    } else {
      reject(plan.report, record, "a token with this serial and another seed is there");
    }
  }
  plan.report.added = plan.to_add.size();
  return plan;
}

std::string data_of(const ImportFile& file, const ImportReport& report) {
  const CodeSpec& spec = file.spec;
  return to_json({{"format", file.format == ImportFormat::pskc ? "pskc" : "csv"},
                  {"kind", spec.kind == TokenKind::hotp ? "hotp" : "totp"},
                  {"hash", static_cast<int>(spec.hash)},
                  {"digits", spec.digits.count()},
                  {"step", spec.step.count()},
                  {"t0", spec.t0.count()},
                  {"form", file.form == TokenForm::hardware ? "hardware" : "software"},
                  {"model", file.model},
                  {"committed", report.committed},
                  {"added", report.added},
                  {"already_there", report.already_there},
                  {"rejected", report.rejected}});
}

Result<CodeSpec> read_spec(JsonObject& object) {
  CodeSpec spec;
  LOCKSTEP_TRY(const std::string kind, object.text("kind"));
  spec.kind = kind == "hotp" ? TokenKind::hotp : TokenKind::totp;
  LOCKSTEP_TRY(const std::int64_t hash, object.number("hash", {0, 2}));
  spec.hash = static_cast<HashAlgorithm>(hash);
  LOCKSTEP_TRY(const std::int64_t digits, object.number("digits", {4, 10}));
  LOCKSTEP_TRY(spec.digits, Digits::make(static_cast<unsigned>(digits)));
  LOCKSTEP_TRY(const std::int64_t step, object.number("step", {1, 86'400}));
  spec.step = Seconds(step);
  LOCKSTEP_TRY(const std::int64_t t0, object.number("t0", NumberRange{}));
  spec.t0 = Seconds(t0);
  return spec;
}

Result<std::uint64_t> read_count(JsonObject& object, std::string_view name) {
  LOCKSTEP_TRY(const std::int64_t count, object.number(name, NumberRange{}));
  return static_cast<std::uint64_t>(count);
}

/// A staged or committed import as it was kept.
struct Kept {
  Ticket ticket;
  ImportFile file;      ///< without content, once it is committed
  ImportReport report;  ///< without the list of what was rejected
};

Result<Kept> find(Services& services, const Context& context, const std::string& id) {
  LOCKSTEP_TRY(std::optional<Ticket> ticket,
               find_ticket(services, id, TicketKind::import, context.now.wall));
  if (!ticket) return fail(Errc::not_found, "no such import, or it has expired");
  LOCKSTEP_TRY(const boost::json::value data, parse_json(ticket->data));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(data));
  Kept kept{*std::move(ticket), {}, {}};
  LOCKSTEP_TRY(const std::string format, object.text("format"));
  kept.file.format = format == "pskc" ? ImportFormat::pskc : ImportFormat::csv;
  LOCKSTEP_TRY(const std::string form, object.text("form"));
  kept.file.form = form == "hardware" ? TokenForm::hardware : TokenForm::software;
  LOCKSTEP_TRY(kept.file.model, object.text("model"));
  LOCKSTEP_TRY(kept.file.spec, read_spec(object));
  LOCKSTEP_TRY(const std::optional<bool> committed, object.optional_flag("committed"));
  kept.report.committed = committed.value_or(false);
  LOCKSTEP_TRY(kept.report.added, read_count(object, "added"));
  LOCKSTEP_TRY(kept.report.already_there, read_count(object, "already_there"));
  LOCKSTEP_TRY(kept.report.rejected, read_count(object, "rejected"));
  kept.report.id = id;
  kept.report.expires_at = kept.ticket.expires_at;
  if (kept.ticket.sealed) {
    LOCKSTEP_TRY(
        kept.file.content,
        services.vault.open(SealPurpose::import, seal_id(kept.ticket.hash), *kept.ticket.sealed));
  }
  return kept;
}

/// What the file would do now.
Result<Plan> plan_again(Services& services, const Kept& kept) {
  LOCKSTEP_TRY(std::vector<SeedRecord> records, parse_file(kept.file));
  LOCKSTEP_TRY(Plan plan, make_plan(services, std::move(records)));
  plan.report.id = kept.report.id;
  plan.report.expires_at = kept.report.expires_at;
  return plan;
}

Result<Token> token_of(Services& services, const Context& context, const ImportFile& file,
                       const SeedRecord& record) {
  Token token{.id = TokenId(services.random.id()),
              .serial = record.serial,
              .spec = record.spec,
              .form = file.form,
              .status = TokenStatus::enabled,
              .model = record.model.empty() ? file.model : record.model,
              .owner = {},
              .valid_from = record.valid_from,
              .valid_until = record.valid_until,
              .created_at = context.now.wall,
              .seed = {},
              .progress = {},
              .version = {}};
  token.progress.next = record.next;
  if (record.offset) token.progress.clock = ClockFix{*record.offset, context.now};
  LOCKSTEP_TRY(token.seed, services.vault.seal(SealPurpose::seed, token.id.value(), record.seed));
  return token;
}

/// All tokens of the plan, the ticket that remembers it, and the events, as one change set.
Result<ChangeSet> changes_of(Services& services, const Context& context, const Kept& kept,
                             const Plan& plan) {
  ChangeSet set;
  for (const SeedRecord& record : plan.to_add) {
    LOCKSTEP_TRY(Token token, token_of(services, context, kept.file, record));
    set.events.push_back(event(context, EventKind::token_created, record.serial));
    set.changes.emplace_back(InsertToken{std::move(token)});
  }
  Ticket ticket = kept.ticket;
  ticket.data = data_of(kept.file, plan.report);
  ticket.sealed.reset();
  set.changes.emplace_back(UpdateTicket{std::move(ticket)});
  AuditEvent made = event(context, EventKind::import_committed);
  made.details.emplace_back("added", std::to_string(plan.report.added));
  made.details.emplace_back("already_there", std::to_string(plan.report.already_there));
  made.details.emplace_back("rejected", std::to_string(plan.report.rejected));
  set.events.push_back(std::move(made));
  return set;
}

Result<void> check_file(const ImportFile& file) {
  constexpr std::size_t kModelBytesMax = 128;
  LOCKSTEP_CHECK(check(file.spec));
  if (file.model.size() > kModelBytesMax || (!file.model.empty() && !fold(file.model))) {
    return fail(Errc::invalid_input, "model is too long or no plain text");
  }
  return {};
}

}  // namespace

Result<ImportReport> stage_import(Services& services, const Context& context,
                                  const ImportFile& file) {
  LOCKSTEP_CHECK(check_file(file));
  LOCKSTEP_TRY(std::vector<SeedRecord> records, parse_file(file));
  LOCKSTEP_TRY(Plan plan, make_plan(services, std::move(records)));
  const TicketSecret secret = make_ticket_secret(services.random);
  plan.report.id = secret.text;
  plan.report.expires_at = context.now.wall + kImportKept;
  LOCKSTEP_TRY(Sealed sealed,
               services.vault.seal(SealPurpose::import, seal_id(secret.hash), file.content));
  AuditEvent made = event(context, EventKind::import_staged);
  made.details.emplace_back("to_add", std::to_string(plan.report.added));
  LOCKSTEP_CHECK(
      services.store.commit(ChangeSet{{InsertTicket{Ticket{.hash = secret.hash,
                                                           .kind = TicketKind::import,
                                                           .data = data_of(file, plan.report),
                                                           .sealed = std::move(sealed),
                                                           .expires_at = plan.report.expires_at,
                                                           .version = {}}}},
                                      {std::move(made)}}));
  return std::move(plan.report);
}

Result<ImportReport> get_import(Services& services, const Context& context, const std::string& id) {
  LOCKSTEP_TRY(const Kept kept, find(services, context, id));
  if (kept.report.committed) return kept.report;
  LOCKSTEP_TRY(Plan plan, plan_again(services, kept));
  return std::move(plan.report);
}

Result<ImportReport> commit_import(Services& services, const Context& context,
                                   const std::string& id) {
  LOCKSTEP_TRY(const Kept kept, find(services, context, id));
  if (kept.report.committed) return kept.report;
  LOCKSTEP_TRY(Plan plan, plan_again(services, kept));
  plan.report.committed = true;
  LOCKSTEP_TRY(ChangeSet set, changes_of(services, context, kept, plan));
  const Result<void> done = services.store.commit(std::move(set));
  if (done) return std::move(plan.report);
  if (done.error().code != Errc::conflict) return std::unexpected(done.error());
  // Perhaps the same commit was sent twice and the other one did it.
  LOCKSTEP_TRY(const Kept now, find(services, context, id));
  if (now.report.committed) return now.report;
  return fail(Errc::conflict, "a token of this file was created meanwhile; stage it again");
}

}  // namespace lockstep
