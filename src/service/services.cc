// SPDX-License-Identifier: Apache-2.0
#include "service/services.h"

#include "service/events.h"

namespace lockstep {

namespace {

constexpr std::size_t kPinKeyBytes = 32;
constexpr std::size_t kNobodysSeedBytes = 20;
constexpr std::uint64_t kPinKeyId = 1;
const std::string kPinKeyName = "pin";

Secret random_secret(Random& random, std::size_t size) {
  Bytes bytes(size);
  random.fill(bytes);
  return Secret(std::move(bytes));
}

Result<Secret> open_pin_key(const Ports& ports) {
  LOCKSTEP_TRY(std::optional<Sealed> sealed, ports.store.service_key(kPinKeyName));
  if (!sealed) {
    const Secret fresh = random_secret(ports.random, kPinKeyBytes);
    LOCKSTEP_TRY(Sealed made, ports.vault.seal(SealPurpose::service_key, kPinKeyId, fresh));
    const Result<void> kept =
        ports.store.commit(ChangeSet{{InsertServiceKey{kPinKeyName, std::move(made)}}, {}});
    // A conflict is another node that starts at the same time: its key is the key.
    if (!kept && kept.error().code != Errc::conflict) return std::unexpected(kept.error());
    LOCKSTEP_TRY(sealed, ports.store.service_key(kPinKeyName));
    if (!sealed) return fail(Errc::corrupt, "the PIN key is not there after it was written");
  }
  return ports.vault.open(SealPurpose::service_key, kPinKeyId, *sealed);
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
              .owner = UserId(0),
              .valid_from = {},
              .valid_until = {},
              .created_at = {},
              .seed = std::move(seed),
              .progress = {},
              .version = {}};
  token.progress.next = Position(1);
  return token;
}

Result<void> record(Services& services, EventKind kind) {
  const Context context = begin(services, Caller{Actor("system"), {}, {}});
  return services.store.commit(ChangeSet{{}, {event(context, kind)}});
}

}  // namespace

Result<std::unique_ptr<Services>> start_services(const Ports& ports, unsigned password_checks_max) {
  LOCKSTEP_TRY(Secret pin_key, open_pin_key(ports));
  LOCKSTEP_TRY(Token nobodys, make_nobodys(ports));
  auto services = std::make_unique<Services>(ports, std::move(pin_key), std::move(nobodys),
                                             password_checks_max);
  LOCKSTEP_CHECK(refresh_policy(*services));
  return services;
}

Result<void> record_start(Services& services) {
  return record(services, EventKind::service_started);
}

Result<void> record_stop(Services& services) {
  return record(services, EventKind::service_stopped);
}

Context begin(const Services& services, Caller caller) {
  return Context{std::move(caller), services.clock.now(), services.policy.current()};
}

}  // namespace lockstep
