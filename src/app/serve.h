// SPDX-License-Identifier: Apache-2.0
// The wiring of the server: which part is joined to which is read off serve.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "adapters/system/service_manager.h"
#include "app/config.h"
#include "app/server_facts.h"
#include "base/result.h"
#include "front/http/router.h"
#include "front/pages/page_handler.h"
#include "front/rest/api.h"
#include "front/rest/lab.h"
#include "ports/archive.h"
#include "ports/clock.h"
#include "ports/key_vault.h"
#include "ports/mailer.h"
#include "ports/random.h"
#include "ports/store.h"
#include "service/backups.h"
#include "service/exchange_log.h"
#include "service/mail_desk.h"
#include "service/services.h"

namespace lockstep {

/// A data directory, opened: everything but the listeners. Its parts are taken down in reverse
/// order. The router may be called by many threads at once.
struct Site {
  std::unique_ptr<KeyVault> vault;
  std::unique_ptr<Store> store;
  std::unique_ptr<Services> services;
  std::unique_ptr<Archive> archive;
  std::unique_ptr<BackupDesk> backups;
  std::unique_ptr<Mailer> mailer;
  std::unique_ptr<MailDesk> mails;
  std::unique_ptr<RequestLimit> limit;
  std::unique_ptr<ExchangeLog> exchanges;
  std::unique_ptr<ServerFacts> facts;
  std::unique_ptr<Router> router;
};

/// What of a site only a server has, that serves.
struct SiteParts {
  bool sends = false;              ///< whether it looks after the queue of mails
  std::optional<MailConfig> mail;  ///< none: there is no mail server
  const LabWorld* lab = nullptr;   ///< outlives the site; null: no lab
  std::uint32_t strangers_max = ApiOptions().strangers_max;  ///< front/rest/api.h
};

/// Opens what `create_data_directory` made, with the same `store_url`. `clock` and `random` outlive
/// the site.
/// Errors: not_found, when there is no data directory; unavailable, when another process has it
/// open, or the database is away; not_allowed; corrupt.
[[nodiscard]] Result<Site> open_site(const std::filesystem::path& data, const Clock& clock,
                                     Random& random, const std::string& store_url = {},
                                     const KeyOptions& keys = {}, const SiteParts& parts = {});

/// What is known once requests are taken.
struct Running {
  std::uint16_t port;  ///< the real one, also where the configuration said 0
  Site& site;
  /// Takes over a configuration that was read anew, or says in the log why not: see app/reload.h.
  /// From the thread that `wait_for_stop` is called in, and until it returns.
  std::function<void(const Result<Config>&)> reload;
  std::uint16_t radius_port = 0;             ///< the real one; 0, where RADIUS is not served
  std::uint16_t radius_tls_port = 0;         ///< the same over TLS
  std::uint16_t radius_accounting_port = 0;  ///< the same of accounting
};

/// What a server is told by whoever runs it.
struct ServeHooks {
  std::function<void(const Running&)> started;  ///< called once, when requests are taken
  std::function<void()> wait_for_stop;          ///< returns when the server is to stop
  /// Returns after this time or when there is no more patience: until then the server is "not
  /// ready" and takes requests all the same. Empty: nobody waits.
  std::function<void(std::chrono::seconds)> drain = {};
  ServiceManager manager{"", {}};
  /// A demo's: the lab is served, and mails are shown there instead of being sent.
  const LabWorld* lab = nullptr;
};

/// Serves until `wait_for_stop` returns, then finishes what runs and takes everything down.
/// Errors: those of `open_site` and `start_http_server`.
[[nodiscard]] Result<void> serve(const Config& config, const Clock& clock, Random& random,
                                 const ServeHooks& hooks);

}  // namespace lockstep
