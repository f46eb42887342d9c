// SPDX-License-Identifier: Apache-2.0
#include "app/doctor_doors.h"

#include <ctime>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "app/radius_config.h"
#include "base/handle.h"

namespace lockstep {
namespace {

using PemFile = Handle<BIO, BIO_free_all>;
using Certificate = Handle<X509, X509_free>;
using RevocationList = Handle<X509_CRL, X509_CRL_free>;

std::optional<WallTime> wall_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return WallTime(Seconds(::timegm(&parts)));
}

Finding unreadable(const char* what, const std::string& path) {
  return {Health::problem, "tls", fmt::format("{} holds no {}, or cannot be read", path, what),
          "run this as root or the service's user; or name the right file in the configuration"};
}

/// A list of what is revoked that is over lets nobody in.
Finding examine_revocations(const std::string& path, WallTime now) {
  const PemFile file(BIO_new_file(path.c_str(), "r"));
  const RevocationList list(file ? PEM_read_bio_X509_CRL(file.get(), nullptr, nullptr, nullptr)
                                 : nullptr);
  if (!list) return unreadable("revocation list", path);
  const std::optional<WallTime> next = wall_time(X509_CRL_get0_nextUpdate(list.get()));
  if (!next || now < *next) return {Health::ok, "tls", "the revocation list of RADIUS holds", {}};
  return {Health::problem, "tls",
          fmt::format("the revocation list {} was over on {}: no RADIUS client gets in over TLS",
                      path, to_rfc3339(*next)),
          "put the authority's newest list there, and restart the server"};
}

}  // namespace

Finding examine_certificate(const std::string& about, const std::string& path, WallTime now) {
  const PemFile file(BIO_new_file(path.c_str(), "r"));
  const Certificate certificate(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)
                                     : nullptr);
  if (!certificate) return unreadable("certificate", path);
  const std::optional<WallTime> end = wall_time(X509_get0_notAfter(certificate.get()));
  if (!end) return unreadable("certificate", path);
  const std::string what =
      fmt::format("the certificate of {} is good until {}", about, to_rfc3339(*end));
  const char* advice = "renew it, then restart the server";
  if (now >= *end) {
    return {Health::problem, "tls",
            fmt::format("the certificate of {} was over on {}", about, to_rfc3339(*end)), advice};
  }
  if (now + kCertificateWarning >= *end) return {Health::warning, "tls", what, advice};
  return {Health::ok, "tls", what, {}};
}

std::vector<Finding> examine_radius(const RadiusOptions& options, WallTime now) {
  std::vector<Finding> findings;
  const Result<RadiusClients> clients = make_radius_clients(options);
  if (!clients) {
    findings.push_back({Health::problem, "radius", clients.error().context,
                        "put it right in the configuration: the server does not start so"});
  } else {
    for (std::string& alarm : radius_alarms(options, *clients)) {
      findings.push_back(
          {Health::warning, "radius", std::move(alarm), "docs/guides/radius.md says what to do"});
    }
    if (findings.empty()) {
      findings.push_back(
          {Health::ok,
           "radius",
           fmt::format("{} clients, all of which prove what they send", clients->all().size()),
           {}});
    }
  }
  if (!options.tls) return findings;
  findings.push_back(examine_certificate("RADIUS over TLS", options.tls->certificate, now));
  if (!options.tls->client_crl.empty()) {
    findings.push_back(examine_revocations(options.tls->client_crl, now));
  }
  return findings;
}

std::vector<Finding> examine_radius_groups(const RadiusOptions& options,
                                           const std::set<std::string>& known) {
  const Result<RadiusClients> clients = make_radius_clients(options);
  if (!clients) return {};  // examine_radius says why.
  // A client over UDP and TLS is in the list twice: once is enough.
  std::set<std::pair<std::string, std::string>> missing;
  const auto look_at = [&](const RadiusClient& client, const std::optional<GroupName>& group) {
    if (group && !known.contains(group->text())) missing.emplace(client.name, group->text());
  };
  for (const RadiusClient& client : clients->all()) {
    look_at(client, client.group);
    for (const RadiusReplyRule& rule : client.replies) look_at(client, rule.group);
  }
  std::vector<Finding> findings;
  for (const auto& [client, group] : missing) {
    findings.push_back(
        {Health::warning, "radius",
         fmt::format("RADIUS client {} names the group {}, which there is not", client, group),
         "make it with `lockstep group add`, or put the name right in the configuration"});
  }
  return findings;
}

}  // namespace lockstep
