// SPDX-License-Identifier: Apache-2.0
#include "service/rekey.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/hex.h"
#include "service/events.h"
#include "service/service_keys.h"
#include "service/tickets.h"

namespace lockstep {
namespace {

bool holds(const std::vector<KeyId>& keys, const KeyId& id) {
  return std::ranges::find(keys, id) != keys.end();
}

/// What a secret is sealed for follows from where it lies.
struct Purpose {
  SealPurpose purpose;
  std::uint64_t id;
};

Purpose purpose_of(const SealedRow& row) {
  if (const auto* token = std::get_if<TokenId>(&row.place)) {
    return {SealPurpose::seed, token->value()};
  }
  if (const auto* ticket = std::get_if<TicketHash>(&row.place)) {
    const bool import = row.ticket == TicketKind::import;
    return {import ? SealPurpose::import : SealPurpose::typed_code, seal_id(*ticket)};
  }
  if (const auto* mail = std::get_if<MailId>(&row.place)) return {SealPurpose::mail, mail->value()};
  return {SealPurpose::service_key, seal_id_of_service_key(std::get<std::string>(row.place))};
}

AuditEvent about(const Context& context, EventKind kind, const KeyId& from, const KeyId& to) {
  AuditEvent made = event(context, kind);
  made.details.emplace_back("from", to_hex(from));
  made.details.emplace_back("to", to_hex(to));
  return made;
}

/// Step 2; done before: nothing.
Result<void> retire(Services& services, const Context& context, const KeyRing& ring) {
  for (const KeyId& older : ring.older) {
    const Result<void> retired = services.store.commit(
        ChangeSet{{RetireKey{older}},
                  {about(context, EventKind::key_rotation_started, older, ring.current)}});
    if (!retired && retired.error().code != Errc::conflict) return retired;
  }
  return {};
}

/// Errors: conflict, when chains of other writers are in this store.
Result<void> check_alone(Services& services) {
  LOCKSTEP_TRY(const auto heads, services.store.audit_heads());
  const NodeId own = services.store.own_chain().node;
  const auto others =
      std::ranges::count_if(heads, [&](const auto& one) { return one.first != own; });
  if (others == 0) return {};
  return fail(Errc::conflict,
              std::to_string(others) +
                  " other servers have written to this store. Give them the next key first "
                  "(`lockstep rekey --prepare`, copy the key file to each and start it again), or "
                  "stop them; then say --nodes-ready");
}

}  // namespace

Result<RekeyStatus> start_rekey(Services& services, const Context& context,
                                const RekeyOrder& order) {
  if (order.prepare) {
    LOCKSTEP_CHECK(services.vault.make_spare());
    return rekey_status(services);
  }
  if (!order.nodes_ready) LOCKSTEP_CHECK(check_alone(services));
  LOCKSTEP_CHECK(services.vault.turn());
  // The job would do it as well; here it is known who asked.
  LOCKSTEP_CHECK(retire(services, context, services.vault.ring()));
  return rekey_status(services);
}

Result<RekeyStatus> rekey_status(Services& services) {
  RekeyStatus status;
  status.ring = services.vault.ring();
  LOCKSTEP_TRY(const auto counts, services.store.sealed_by_key());
  for (const auto& [key, count] : counts) {
    status.total += count;
    if (holds(status.ring.older, key)) status.remaining += count;
  }
  return status;
}

Result<RekeyJob::Next> RekeyJob::step() {
  const KeyRing ring = services_.vault.ring();
  if (ring.older.empty()) return Next::nothing;
  const Context context = begin(services_, Caller{Actor("system"), {}, {}});
  if (!in_pass_) return begin_pass(context, ring);
  LOCKSTEP_TRY(const Next next, page(ring));
  return next == Next::nothing ? end_pass(context, ring) : next;
}

Result<RekeyJob::Next> RekeyJob::begin_pass(const Context& context, const KeyRing& ring) {
  LOCKSTEP_CHECK(retire(services_, context, ring));
  LOCKSTEP_CHECK(services_.nobodys.rewrap(services_.vault));
  in_pass_ = true;
  moved_ = false;
  after_.reset();
  unreadable_.clear();
  return Next::at_once;
}

void RekeyJob::note_unreadable(const SealedRow& row) {
  if (unreadable_.size() < kNamesMax) unreadable_.push_back(row.name);
}

/// `nothing` behind the last page.
Result<RekeyJob::Next> RekeyJob::page(const KeyRing& ring) {
  LOCKSTEP_TRY(const std::vector<SealedRow> rows, services_.store.sealed(after_, kPage));
  if (rows.empty()) return Next::nothing;
  ChangeSet set;
  for (const SealedRow& row : rows) {
    if (!holds(ring.older, key_id_in(row.sealed))) continue;
    const Purpose of = purpose_of(row);
    Result<std::optional<Sealed>> anew = services_.vault.rewrap(of.purpose, of.id, row.sealed);
    if (!anew && anew.error().code != Errc::corrupt) return std::unexpected(anew.error());
    if (!anew) {
      // Others must not wait for one that is damaged; it keeps the old key from being forgotten.
      note_unreadable(row);
    } else if (*anew) {
      set.changes.emplace_back(ReplaceSealed{row.place, row.sealed, **std::move(anew)});
    }
  }
  if (!set.changes.empty()) {
    LOCKSTEP_CHECK(services_.store.commit(std::move(set)));
    moved_ = true;
  }
  after_ = rows.back().place;
  return Next::at_once;
}

Result<RekeyJob::Next> RekeyJob::end_pass(const Context& context, const KeyRing& ring) {
  in_pass_ = false;
  LOCKSTEP_TRY(const RekeyStatus status, rekey_status(services_));
  // What was read before it was wrapped anew may have come back; it is few, and gets fewer.
  if (status.remaining > 0) return moved_ ? Next::at_once : Next::later;
  const Result<void> forgotten = services_.vault.forget_older();
  if (!forgotten) {
    if (forgotten.error().code == Errc::not_allowed) return Next::later;
    return std::unexpected(forgotten.error());
  }
  ChangeSet set;
  for (const KeyId& older : ring.older) {
    set.events.push_back(about(context, EventKind::key_rotation_finished, older, ring.current));
  }
  LOCKSTEP_CHECK(services_.store.commit(std::move(set)));
  return Next::nothing;
}

}  // namespace lockstep
