// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>

#include <unistd.h>

#include "adapters/sql/backup.h"
#include "adapters/sql/sql_store.h"
#include "app/data_directory.h"
#include "app/housekeeping.h"
#include "app/log.h"
#include "app/mailing.h"
#include "app/mirroring.h"
#include "app/radius_front.h"
#include "app/rekeying.h"
#include "app/reload.h"
#include "app/watchdog.h"
#include "app/web_directory.h"
#include "service/clock_desk.h"

namespace lockstep {
namespace {

unsigned cores() { return std::max(std::thread::hardware_concurrency(), 1U); }

/// Writes what a part of the server wants an operator to know into the log.
std::function<void(const std::string&)> warns(const char* event) {
  return [event](const std::string& why) { log(LogLevel::warning, event, {{"why", why}}); };
}

HttpOptions http_options(const Config& config) {
  HttpOptions options;
  options.tcp = {config.listen};
  options.admin_socket = config.admin_socket.string();
  options.warn = warns("http_trouble");
  return options;
}

ApiOptions api_options() {
  ApiOptions options;
  options.service_uid = ::geteuid();
  options.warn = [](const std::string& why, const std::string& reference) {
    log(LogLevel::warning, "request_failed", {{"reference", reference}, {"why", why}});
  };
  return options;
}

/// `result`, with what the person at the console can do about an error of this kind.
template <class T>
Result<T> advised(Result<T> result, Errc about, const std::string& advice) {
  if (result || result.error().code != about) return result;
  return fail(about, result.error().context + ": " + advice);
}

/// Backups of the store, wherever it is.
std::unique_ptr<Archive> archive_of(const std::filesystem::path& data,
                                    const std::string& store_url) {
  if (store_url.empty()) return make_sqlite_archive(data, LOCKSTEP_VERSION);
  return make_archive([store_url] { return connect_postgres(store_url); }, LOCKSTEP_VERSION);
}

void log_listening(const Config& config, std::uint16_t port) {
  log(LogLevel::info, "listening",
      {{"address", config.listen.address},
       {"port", std::to_string(port)},
       {"tls", config.listen.tls ? "yes" : "no"},
       {"admin_socket", config.admin_socket.string()}});
}

/// Pages that nobody has named may be missing: log-ins are served all the same.
Result<PageFiles> pages_of(const WebConfig& web) {
  if (!web.pages) return PageFiles();
  LOCKSTEP_TRY(WebPages pages, find_web_pages(web.directory, web_directory_beside_program()));
  if (pages.directory.empty()) {
    log(LogLevel::warning, "no_pages", {{"why", pages.why_none}});
  } else {
    log(LogLevel::info, "pages", {{"directory", pages.directory.string()}});
  }
  return std::move(pages.files);
}

/// Whoever sends log-ins here has the time to notice that they should go elsewhere.
void announce_end(const Config& config, Services& services, const ServeHooks& hooks) {
  services.stopping = true;
  if (config.drain.count() == 0 || !hooks.drain) return;
  log(LogLevel::info, "draining", {{"seconds", std::to_string(config.drain.count())}});
  hooks.drain(config.drain);
}

/// A quarter of the workers, as of the 64 there are by default.
std::uint32_t strangers_max_of(const WorkerPoolOptions& workers) {
  return static_cast<std::uint32_t>(std::max<std::size_t>(workers.threads / 4, 1));
}

}  // namespace

Result<Site> open_site(const std::filesystem::path& data, const Clock& clock, Random& random,
                       const std::string& store_url, const KeyOptions& keys,
                       const SiteParts& parts) {
  Site site;
  LOCKSTEP_TRY(site.vault, open_keys(data, keys));
  LOCKSTEP_TRY(site.store, open_store(data, store_url, random));
  LOCKSTEP_TRY(
      site.services,
      advised(start_services({*site.store, clock, random, *site.vault}, cores()), Errc::corrupt,
              "bring back the key file that belongs to this database, or restore a backup"
              " of both"));
  site.archive = archive_of(data, store_url);
  site.backups = std::make_unique<BackupDesk>(*site.archive, *site.services);
  ApiOptions options = api_options();
  options.backups = site.backups.get();
  if (parts.sends) {
    LOCKSTEP_TRY(site.mailer, make_mailer(parts.mail));
    site.mails = std::make_unique<MailDesk>(*site.services, site.mailer.get(),
                                            parts.mail ? parts.mail->from : MailSender());
  }
  options.mails = site.mails.get();
  options.lab = parts.lab;
  options.strangers_max = parts.strangers_max;
  site.limit = std::make_unique<RequestLimit>();
  site.facts =
      std::make_unique<ServerFacts>(LOCKSTEP_VERSION, store_url.empty() ? "sqlite" : "postgresql");
  options.limit = site.limit.get();
  site.exchanges = std::make_unique<ExchangeLog>();
  options.exchanges = site.exchanges.get();
  options.more_metrics = [facts = site.facts.get(), mails = site.mails.get(),
                          store = site.store.get()](MetricsPage& page) {
    facts->write(page);
    if (mails == nullptr) return;
    if (const auto counts = store->mail_counts()) add_mails(page, mails->report(), *counts);
  };
  site.router = make_api_router(*site.services, options);
  return site;
}

Result<void> serve(const Config& config, const Clock& clock, Random& random,
                   const ServeHooks& hooks) {
  const SiteParts parts{.sends = hooks.lab == nullptr,
                        .mail = config.mail,
                        .lab = hooks.lab,
                        .strangers_max = strangers_max_of(config.workers)};
  LOCKSTEP_TRY(Site site,
               open_site(config.data, clock, random, config.store_url, config.keys, parts));
  site.limit->set(config.limits);
  site.services->portal = config.portal;
  site.services->portal.demo = hooks.lab != nullptr;
  LOCKSTEP_CHECK(compare_clock_with_audit(*site.services));
  LOCKSTEP_TRY(PageFiles files, pages_of(config.web));
  const PageHandler pages(*site.router, random, std::move(files),
                          hooks.lab == nullptr ? LabDoor::shut : LabDoor::open);
  WorkerPool workers(config.workers);
  LOCKSTEP_TRY(const auto server, start_http_server(http_options(config), pages, workers));
  LOCKSTEP_TRY(const auto radius,
               RadiusFront::start(config.radius, *site.services, *site.exchanges, workers));
  site.facts->attach(workers, *server, [&radius](MetricsPage& page) { radius->write(page); });
  Housekeeping housekeeping(*site.services, [&radius] { radius->log_alarms(); });
  std::optional<Mirroring> mirroring;
  if (!config.audit_mirror.empty()) mirroring.emplace(*site.services, config.audit_mirror);
  Rekeying rekeying(*site.services);
  std::optional<Mailing> mailing;
  if (site.mails) mailing.emplace(*site.mails, site.mailer.get());
  Watchdog watchdog(hooks.manager, workers);
  Reload reload(config, *server, *site.limit, hooks.manager);

  const std::uint16_t port = server->ports().front();
  LOCKSTEP_CHECK(record_start(*site.services));
  log_listening(config, port);
  hooks.manager.ready("serving");
  hooks.started({port, site, [&reload](const Result<Config>& next) { reload.take(next); },
                 radius->port(), radius->tls_port(), radius->accounting_port()});
  hooks.wait_for_stop();

  hooks.manager.stopping();
  announce_end(reload.config(), *site.services, hooks);
  // Clients first, then the threads that still answer them, then what those stand on.
  log(LogLevel::info, "stopping");
  radius->stop();
  server->stop();
  watchdog.stop();
  site.facts->detach();
  workers.stop();
  housekeeping.stop();
  rekeying.stop();
  mailing.reset();
  LOCKSTEP_CHECK(record_stop(*site.services));
  mirroring.reset();
  log(LogLevel::info, "stopped");
  return {};
}

}  // namespace lockstep
