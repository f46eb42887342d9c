// SPDX-License-Identifier: Apache-2.0
#include "service/services.h"

#include <functional>
#include <string>
#include <vector>

#include "base/hex.h"
#include "service/events.h"
#include "service/service_keys.h"

namespace lockstep {

namespace {

constexpr std::size_t kServiceKeyBytes = 32;
/// How many other chains a start names; more processes than this never shared a database.
constexpr std::size_t kChainsNamedMax = 256;
constexpr std::size_t kNobodysSeedBytes = 20;
constexpr const char* kPinKey = "pin";
constexpr const char* kAuditKey = "audit";

Secret random_secret(Random& random, std::size_t size) {
  Bytes bytes(size);
  random.fill(bytes);
  return Secret(std::move(bytes));
}

/// The key of that name; makes it where there is none. `made` says what to write down then.
Result<Secret> open_service_key(
    const Ports& ports, const std::string& name,
    const std::function<Result<std::vector<AuditEvent>>(const Secret&)>& made) {
  const std::uint64_t id = seal_id_of_service_key(name);
  LOCKSTEP_TRY(std::optional<Sealed> sealed, ports.store.service_key(name));
  if (!sealed) {
    const Secret fresh = random_secret(ports.random, kServiceKeyBytes);
    LOCKSTEP_TRY(Sealed fresh_sealed, ports.vault.seal(SealPurpose::service_key, id, fresh));
    LOCKSTEP_TRY(std::vector<AuditEvent> events, made(fresh));
    const Result<void> kept = ports.store.commit(
        ChangeSet{{InsertServiceKey{name, std::move(fresh_sealed)}}, std::move(events)});
    // A conflict is another node that starts at the same time: its key is the key.
    if (!kept && kept.error().code != Errc::conflict) return std::unexpected(kept.error());
    LOCKSTEP_TRY(sealed, ports.store.service_key(name));
    if (!sealed) return fail(Errc::corrupt, "a service key is not there after it was written");
  }
  Result<Secret> key = ports.vault.open(SealPurpose::service_key, id, *sealed);
  if (key || key.error().code != Errc::corrupt) return key;
  return fail(Errc::corrupt, "the service's key \"" + name + "\" does not open (" +
                                 key.error().context +
                                 "): this key file is not the one that belongs to this store");
}

Result<Secret> open_pin_key(const Ports& ports) {
  return open_service_key(ports, kPinKey, [](const Secret&) { return std::vector<AuditEvent>{}; });
}

Result<SigningKey> open_audit_key(const Ports& ports) {
  const auto made = [&](const Secret& fresh) -> Result<std::vector<AuditEvent>> {
    LOCKSTEP_TRY(const SigningKey key, SigningKey::from(fresh.clone()));
    AuditEvent event{.kind = EventKind::audit_key_created,
                     .at = ports.clock.now().wall,
                     .actor = Actor("system")};
    event.details = {{"public_key", to_hex(key.public_key())}};
    return std::vector{std::move(event)};
  };
  LOCKSTEP_TRY(Secret bytes, open_service_key(ports, kAuditKey, made));
  return SigningKey::from(std::move(bytes));
}

/// A six-digit time token that has been used before, as most are.
Result<Token> make_nobodys(const Ports& ports) {
  const TokenId id(0);  // No stored row has this id.
  LOCKSTEP_TRY(Serial serial, Serial::parse("NOBODYS"));
  LOCKSTEP_TRY(Sealed seed, ports.vault.seal(SealPurpose::seed, id.value(),
                                             random_secret(ports.random, kNobodysSeedBytes)));
  Token token{.id = id,
              .serial = std::move(serial),
              .spec = {.kind = TokenKind::totp},
              .form = TokenForm::hardware,
              .status = TokenStatus::enabled,
              .model = {},
              .batch = {},
              .owner = UserId(0),
              .label = {},
              .assigned_at = {},
              .valid_from = {},
              .valid_until = {},
              .warranty_until = {},
              .created_at = {},
              .seed = std::move(seed),
              .progress = {},
              .version = {}};
  token.progress.next = Position(1);
  return token;
}

AuditEvent event_of_service(const Services& services, EventKind kind) {
  return event(begin(services, Caller{Actor("system"), {}, {}}), kind);
}

/// Signs; an audit that is not what was signed stops nobody from logging in. Housekeeping says so
/// again and again.
Result<void> sign_if_sound(Services& services) {
  Result<void> done = sign_audit(services);
  if (!done && done.error().code == Errc::corrupt) return {};
  return done;
}

}  // namespace

Result<void> StandIn::rewrap(KeyVault& vault) {
  const std::scoped_lock lock(mutex_);
  LOCKSTEP_TRY(std::optional<Sealed> anew,
               vault.rewrap(SealPurpose::seed, token_.id.value(), token_.seed));
  if (anew) token_.seed = *std::move(anew);
  return {};
}

Result<std::unique_ptr<Services>> start_services(const Ports& ports, unsigned password_checks_max) {
  LOCKSTEP_TRY(Secret pin_key, open_pin_key(ports));
  LOCKSTEP_TRY(SigningKey audit_key, open_audit_key(ports));
  LOCKSTEP_TRY(Token nobodys, make_nobodys(ports));
  auto services = std::make_unique<Services>(
      ports, std::make_shared<ServiceState>(std::move(pin_key), std::move(audit_key),
                                            std::move(nobodys), password_checks_max));
  LOCKSTEP_CHECK(refresh_policy(*services));
  return services;
}

Result<void> record_start(Services& services) {
  AuditEvent made = event_of_service(services, EventKind::service_started);
  // Each chain says which others there are, so that one cannot vanish as a whole.
  LOCKSTEP_TRY(const auto heads, services.store.audit_heads());
  const NodeId own = services.store.own_chain().node;
  for (const auto& [node, head] : heads) {
    if (node == own || made.details.size() >= kChainsNamedMax) continue;
    made.details.emplace_back("chain", std::to_string(node.value()));
  }
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{}, {std::move(made)}}));
  return sign_if_sound(services);
}

Result<void> record_stop(Services& services) {
  LOCKSTEP_CHECK(services.store.commit(
      ChangeSet{{}, {event_of_service(services, EventKind::service_stopped)}}));
  return sign_if_sound(services);
}

Result<std::optional<PublicKey>> audit_public_key(Store& store, KeyVault& vault) {
  LOCKSTEP_TRY(const std::optional<Sealed> sealed, store.service_key(kAuditKey));
  if (!sealed) return std::nullopt;
  LOCKSTEP_TRY(Secret bytes,
               vault.open(SealPurpose::service_key, seal_id_of_service_key(kAuditKey), *sealed));
  LOCKSTEP_TRY(const SigningKey key, SigningKey::from(std::move(bytes)));
  return key.public_key();
}

Result<void> sign_audit(Services& services) {
  return services.audit.sign(services.store, services.clock.now().wall);
}

std::optional<NotReady> not_ready(Services& services) {
  if (services.stopping.load()) return NotReady::stopping;
  const Result<std::optional<Sealed>> sealed = services.store.service_key(kPinKey);
  if (!sealed) return NotReady::store;
  // Gone, or of another store that was put in place of ours: there is nothing that we could open.
  if (!*sealed) return NotReady::key;
  const auto opened =
      services.vault.open(SealPurpose::service_key, seal_id_of_service_key(kPinKey), **sealed);
  return opened ? std::nullopt : std::optional(NotReady::key);
}

Context begin(const Services& services, Caller caller) {
  const Instant now = services.clock.now();
  services.clock_watch.see(now);
  return Context{std::move(caller), now, services.policy.current()};
}

}  // namespace lockstep
