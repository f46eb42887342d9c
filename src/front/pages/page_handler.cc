// SPDX-License-Identifier: Apache-2.0
#include "front/pages/page_handler.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/text.h"
#include "formats/base64.h"

namespace lockstep {
namespace {

constexpr std::string_view kNoncePlace = "__CSP_NONCE__";
constexpr std::size_t kNonceBytes = 16;
constexpr std::string_view kAssets = "/assets/";
/// The pages, by the first part of their address.
constexpr std::array<std::string_view, 3> kPages = {"portal", "console", "lab"};
constexpr std::string_view kLab = "lab";

bool reads(Method method) { return method == Method::get || method == Method::head; }

std::string with_nonce(const std::string& built, std::string_view nonce) {
  std::string page;
  page.reserve(built.size() + kNonceBytes);
  std::size_t from = 0;
  for (;;) {
    const std::size_t place = built.find(kNoncePlace, from);
    page.append(built, from, place == std::string::npos ? place : place - from);
    if (place == std::string::npos) return page;
    page += nonce;
    from = place + kNoncePlace.size();
  }
}

/// What stands before the first `mark`, taken off `text` with it.
std::string_view next_part(std::string_view& text, char mark) {
  const std::size_t end = text.find(mark);
  const std::string_view part = trim(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

/// Whether the weight of "br;q=0" says "not this one"; any other number is a yes.
bool weighs_nothing(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view weight = next_part(parameters, ';');
    if (!weight.starts_with("q=") && !weight.starts_with("Q=")) continue;
    weight.remove_prefix(2);
    return weight.find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

/// Whether `list` (If-None-Match, RFC 9110 section 13.1.2) names `etag`.
bool names_etag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    std::string_view one = next_part(list, ',');
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
  }
  return false;
}

void add_guards(Response& response) {
  // No other site's window or tag gets hold of what this origin shows.
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
}

struct Encoded {
  std::string_view coding;  ///< empty: the plain form
  const std::string* bytes;
};

Encoded best_form(const Asset& asset, std::string_view accept) {
  if (!asset.brotli.empty() && accepts_encoding(accept, "br")) return {"br", &asset.brotli};
  if (!asset.gzip.empty() && accepts_encoding(accept, "gzip")) return {"gzip", &asset.gzip};
  return {"", &asset.plain};
}

/// Each form has a tag of its own, as RFC 9110 section 8.8.3.3 asks.
std::string etag_of(const Asset& asset, std::string_view coding) {
  if (coding.empty()) return asset.etag;
  return asset.etag.substr(0, asset.etag.size() - 1) + '-' + std::string(coding) + '"';
}

Response method_not_allowed(const HttpHandler& api) {
  return api.refuse({RefusalKind::method_not_allowed, "this address takes GET, HEAD", "GET, HEAD"});
}

}  // namespace

std::string content_security_policy(std::string_view nonce) {
  return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + std::string(nonce) +
         "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
         "form-action 'self'; frame-ancestors 'none'";
}

bool accepts_encoding(std::string_view accept, std::string_view coding) {
  std::optional<bool> named;
  bool others = false;
  while (!accept.empty()) {
    std::string_view one = next_part(accept, ',');
    const std::string_view name = next_part(one, ';');
    const bool taken = !weighs_nothing(one);
    if (ascii_upper(name) == ascii_upper(coding)) named = taken;
    if (name == "*") others = taken;
  }
  return named.value_or(others);
}

Response PageHandler::handle(const Request& request) const {
  const std::string_view path = request.path;
  if (path.starts_with(kAssets)) return asset(request);
  if (path == "/" && !files_.empty()) {
    if (!reads(request.method)) return method_not_allowed(api_);
    Response response{.status = 303, .content_type = "text/plain", .body = "", .headers = {}};
    response.headers.emplace_back("Location", "/portal/");
    return response;
  }
  const std::string* built = page_at(path);
  if (built == nullptr) return api_.handle(request);
  return reads(request.method) ? page(*built) : method_not_allowed(api_);
}

const std::string* PageHandler::page_at(std::string_view path) const {
  for (const std::string_view name : kPages) {
    if (path.size() <= name.size() || path.substr(1, name.size()) != name) continue;
    const std::string_view below = path.substr(name.size() + 1);
    if (!below.empty() && below.front() != '/') continue;
    if (name == kLab && lab_ == LabDoor::shut) return nullptr;
    return files_.page(name);
  }
  return nullptr;
}

Response PageHandler::page(const std::string& built) const {
  std::array<std::uint8_t, kNonceBytes> bytes{};
  random_.fill(bytes);
  const std::string nonce = to_base64(bytes);
  Response response{.status = 200,
                    .content_type = "text/html; charset=utf-8",
                    .body = with_nonce(built, nonce),
                    .headers = {}};
  response.headers.emplace_back("Content-Security-Policy", content_security_policy(nonce));
  add_guards(response);
  return response;
}

Response PageHandler::asset(const Request& request) const {
  const Asset* found = files_.asset(std::string_view(request.path).substr(kAssets.size()));
  if (found == nullptr) return api_.refuse({RefusalKind::not_found, "there is no such file", ""});
  if (!reads(request.method)) return method_not_allowed(api_);
  const Encoded form = best_form(*found, request.accept_encoding);
  const std::string etag = etag_of(*found, form.coding);
  Response response{.status = 200, .content_type = found->type, .body = "", .headers = {}};
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  add_guards(response);
  if (names_etag(request.if_none_match, etag)) {
    response.status = 304;
    return response;
  }
  if (!form.coding.empty()) response.headers.emplace_back("Content-Encoding", form.coding);
  response.body = *form.bytes;
  return response;
}

Response PageHandler::refuse(const Refusal& refusal) const { return api_.refuse(refusal); }

std::size_t PageHandler::body_bytes_max(Method method, std::string_view path) const {
  return api_.body_bytes_max(method, path);
}

}  // namespace lockstep
