// SPDX-License-Identifier: Apache-2.0
#include "front/radius/peer_names.h"

#include <memory>
#include <optional>

#include <openssl/x509v3.h>

#include "base/text.h"

namespace lockstep {
namespace {

struct FreeCertificate {
  void operator()(X509* one) const { X509_free(one); }
};
struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

std::optional<std::string> text_of(const ASN1_STRING* string) {
  const auto* bytes = ASN1_STRING_get0_data(string);
  const int size = ASN1_STRING_length(string);
  const std::string text(bytes, bytes + size);
  if (text.empty() || text.find('\0') != std::string::npos) return std::nullopt;
  return ascii_upper(text);
}

void add_common_names(X509* certificate, std::vector<std::string>& names) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return;
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  if (auto text = text_of(value)) names.push_back(*std::move(text));
}

}  // namespace

std::vector<std::string> peer_names(const SSL* connection) {
  std::vector<std::string> names;
  const std::unique_ptr<X509, FreeCertificate> certificate(SSL_get1_peer_certificate(connection));
  if (!certificate) return names;
  const std::unique_ptr<GENERAL_NAMES, FreeNames> found(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  bool has_dns = false;
  for (int i = 0; found && i < sk_GENERAL_NAME_num(found.get()); ++i) {
    const GENERAL_NAME* one = sk_GENERAL_NAME_value(found.get(), i);
    if (one->type != GEN_DNS) continue;
    has_dns = true;
    if (auto text = text_of(one->d.dNSName)) names.push_back(*std::move(text));
  }
  if (!has_dns) add_common_names(certificate.get(), names);
  return names;
}

}  // namespace lockstep
