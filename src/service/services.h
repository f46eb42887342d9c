// SPDX-License-Identifier: Apache-2.0
// What the use cases stand on. Each use case is a free function
//
//     use_case(services, context, input) -> Result<answer>
//
// synchronous, thread-safe, without exceptions. It writes its audit record in the same change set
// as the change. The front door has checked the permission that the function's comment names; a
// use case itself checks only what depends on the input. Every function may also return the
// Store's errors (unavailable, corrupt); only further ones are named.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/audit/event.h"
#include "core/model/permission.h"
#include "ports/clock.h"
#include "ports/key_vault.h"
#include "ports/random.h"
#include "ports/store.h"
#include "service/audit_signing.h"
#include "service/clock_watch.h"
#include "service/import_progress.h"
#include "service/meter.h"
#include "service/mirror_report.h"
#include "service/password_gate.h"
#include "service/policies.h"
#include "service/portal_settings.h"
#include "service/request_limit.h"
#include "service/source_limit.h"

namespace lockstep {

/// Who asks.
struct Caller {
  Actor actor;              ///< for the audit: "owner", "key:NAME", "operator:NAME"
  Permissions permissions;  ///< for what depends on the input
  std::string source;       ///< the client's name, as attempts are told apart by it
  /// Whose members they may see and change; empty: everybody. Enforced by service/scoped_store.h,
  /// which is all of the store that such a caller's request reaches.
  std::vector<GroupName> scope = {};
  /// The users that may log in by way of this client are its members.
  std::optional<GroupName> required_group = {};
  std::optional<SessionHash> session = {};  ///< the one they are signed in with
  /// A user of the portal: whose session it is, and until when they count as having proven by
  /// another way than their token who they are.
  std::optional<UserName> user = {};
  std::optional<WallTime> fresh_until = {};
  /// Nobody is told by mail of what they do: a restore makes changes again that were told before.
  bool quiet = false;
};

/// What a request knows from its start to its end: one reading of the clock, one policy.
struct Context {
  Caller caller;
  Instant now;
  PolicyHandle policy;
};

/// The ports, as the application has built them.
struct Ports {
  Store& store;
  const Clock& clock;
  Random& random;
  KeyVault& vault;
};

/// The token that stands for the tokens of who has none, so that the work is the same. Thread-safe.
class StandIn {
 public:
  explicit StandIn(Token token) : token_(std::move(token)) {}

  [[nodiscard]] Token token() const {
    const std::scoped_lock lock(mutex_);
    return token_;
  }
  /// Wraps its seed under the current key: it lies in no store, where others are found.
  /// Errors: those of KeyVault::rewrap.
  Result<void> rewrap(KeyVault& vault);

 private:
  mutable std::mutex mutex_;
  Token token_;
};

/// What one address may ask the portal for before anybody has signed in there: an office is behind
/// one address, and a guesser too.
inline const RequestRates kPortalSources{.each = {.per_second = 5, .burst = 100}, .keys = {}};

/// What outlives requests beside the ports: one for the process, used by all threads.
struct ServiceState {
  ServiceState(Secret pin, SigningKey audit_key, Token stand_in, unsigned password_checks_max)
      : pin_key(std::move(pin)),
        audit(std::move(audit_key)),
        nobodys(std::move(stand_in)),
        passwords(password_checks_max) {}

  const Secret pin_key;
  AuditSigner audit;
  StandIn nobodys;
  PasswordGate passwords;
  PolicyCache policy;
  SourceLimit sources;
  MirrorReport mirror;
  Meter meter;
  ImportProgress imports;
  ClockWatch clock_watch;
  std::atomic<bool> stopping{false};
  PortalSettings portal;
  RequestLimit portal_sources{kPortalSources};
};

/// What every use case is given: the ports and the state of the process, by reference. Made by
/// `start_services` and, over a part of the store, by `over`. The ports outlive it.
struct Services {
  Services(const Ports& ports, std::shared_ptr<ServiceState> state)
      : store(ports.store),
        clock(ports.clock),
        random(ports.random),
        vault(ports.vault),
        pin_key(state->pin_key),
        audit(state->audit),
        nobodys(state->nobodys),
        passwords(state->passwords),
        policy(state->policy),
        sources(state->sources),
        mirror(state->mirror),
        meter(state->meter),
        imports(state->imports),
        clock_watch(state->clock_watch),
        stopping(state->stopping),
        portal(state->portal),
        portal_sources(state->portal_sources),
        state_(std::move(state)) {}

  /// The same service before another store: what a caller of narrow scope may see of this one.
  [[nodiscard]] Services over(Store& other) const {
    return Services(Ports{other, clock, random, vault}, state_);
  }

  Store& store;
  const Clock& clock;
  Random& random;
  KeyVault& vault;
  const Secret& pin_key;  ///< MACs of PINs are made with it
  AuditSigner& audit;     ///< vouches for the end of this process's chain
  StandIn& nobodys;       ///< for who has no token
  PasswordGate& passwords;
  PolicyCache& policy;
  SourceLimit& sources;
  MirrorReport& mirror;  ///< how the copy of the audit does, where one is kept
  Meter& meter;
  ImportProgress& imports;       ///< those under way
  ClockWatch& clock_watch;       ///< whether `clock` is to be believed
  std::atomic<bool>& stopping;   ///< no further requests should be sent here: see `not_ready`
  PortalSettings& portal;        ///< set before the first request, then only read
  RequestLimit& portal_sources;  ///< by address, where nobody has signed in

 private:
  std::shared_ptr<ServiceState> state_;  // The process's and each request's Services share it.
};

/// Opens the PIN key and the key that signs the audit (makes them at the very first start) and
/// reads the policy.
/// `password_checks_max`: how many passwords are checked at once, the number of cores.
/// Errors: corrupt, when the key vault is not the one this store was made with.
[[nodiscard]] Result<std::unique_ptr<Services>> start_services(const Ports& ports,
                                                               unsigned password_checks_max);

/// Records that the service takes requests from now on, and that it stops in good order. Not for
/// commands that open the store for one call.
[[nodiscard]] Result<void> record_start(Services& services);
[[nodiscard]] Result<void> record_stop(Services& services);

/// The public half of the key that signs the audit of `store`; nullopt, where none was made yet.
/// For who has a store and no service. Errors: corrupt, when the vault is not that store's.
[[nodiscard]] Result<std::optional<PublicKey>> audit_public_key(Store& store, KeyVault& vault);

/// Signs where the audit ends, if it has moved: from time to time, and at start and stop.
/// Errors: corrupt, as AuditSigner::sign.
[[nodiscard]] Result<void> sign_audit(Services& services);

/// Why log-ins cannot be decided here now, or soon will not be.
enum class NotReady {
  stopping,  ///< the service is on its way down
  store,     ///< the store cannot be read
  key,       ///< the key does not open what the store holds
};

/// nullopt, when log-ins can be decided: the store answers, and the key opens what it holds.
[[nodiscard]] std::optional<NotReady> not_ready(Services& services);

/// The context of a request that starts now.
[[nodiscard]] Context begin(const Services& services, Caller caller);

}  // namespace lockstep
