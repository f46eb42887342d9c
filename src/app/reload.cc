// SPDX-License-Identifier: Apache-2.0
#include "app/reload.h"

#include <tuple>

#include "app/log.h"

namespace lockstep {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

auto fields_of(const PortalSettings& one) {
  return std::tie(one.organisation, one.url, one.languages, one.default_language, one.password,
                  one.email_code, one.troubleshoot, one.temporary_lasts, one.temporary_codes,
                  one.idle, one.life, one.fresh);
}

auto fields_of(const PortalSettings::Allow& one) {
  return std::tie(one.resync, one.report_lost, one.temporary_code, one.rename, one.make_primary,
                  one.test, one.not_me);
}

auto fields_of(const PortalSettings::Help& one) {
  return std::tie(one.phone, one.email, one.hours, one.url);
}

}  // namespace

std::vector<std::string> needs_restart(const Config& running, const Config& next) {
  const TcpListen& here = running.listen;
  const TcpListen& there = next.listen;
  const struct {
    const char* key;
    bool same;
  } keys[] = {
      {"data", running.data == next.data},
      {"admin_socket", running.admin_socket == next.admin_socket},
      {"store.url", running.store_url == next.store_url},
      {"listen.address", here.address == there.address},
      {"listen.port", here.port == there.port},
      {"listen.plain_http_anywhere", here.plain == there.plain},
      {"listen.trusted_proxies", here.trusted_proxies == there.trusted_proxies},
      {"listen.tls_certificate", here.tls.has_value() == there.tls.has_value()},
      {"web.pages", running.web.pages == next.web.pages},
      {"web.directory", running.web.directory == next.web.directory},
      {"mail", running.mail == next.mail},
      {"workers.threads", running.workers.threads == next.workers.threads},
      {"workers.queue", running.workers.queue_max == next.workers.queue_max},
      {"audit.mirror", running.audit_mirror == next.audit_mirror},
      {"radius", running.radius == next.radius},
      {"portal", fields_of(running.portal) == fields_of(next.portal)},
      {"portal.allow", fields_of(running.portal.allow) == fields_of(next.portal.allow)},
      {"portal.help", fields_of(running.portal.help) == fields_of(next.portal.help)},
      {"keys.source", running.keys.source == next.keys.source},
  };
  std::vector<std::string> changed;
  for (const auto& one : keys) {
    if (!one.same) changed.emplace_back(one.key);
  }
  return changed;
}

Result<void> Reload::apply(const Config& next) {
  // First what can fail, so that nothing is half taken over.
  if (config_.listen.tls && next.listen.tls) {
    LOCKSTEP_CHECK(server_.reload_tls(0, *next.listen.tls));
    config_.listen.tls = next.listen.tls;
  }
  limit_.set(next.limits);
  set_log_level(next.log_level);
  config_.limits = next.limits;
  config_.log_level = next.log_level;
  config_.drain = next.drain;
  return {};
}

void Reload::take(const Result<Config>& next) {
  manager_.reloading();
  const Result<void> done = next ? apply(*next) : std::unexpected<Error>(next.error());
  if (!done) {
    log(LogLevel::error, "reload_failed", {{"why", done.error().context}});
    manager_.ready("serving; the new configuration is wrong and was not taken over");
    return;
  }
  log(LogLevel::info, "reloaded");
  const std::vector<std::string> left = needs_restart(config_, *next);
  if (!left.empty()) log(LogLevel::warning, "reload_needs_restart", {{"keys", joined(left)}});
  manager_.ready("serving");
}

}  // namespace lockstep
