// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres/url.h"

#include <algorithm>
#include <string_view>

#include <libpq-fe.h>

#include "base/handle.h"

namespace lockstep {
namespace {

using Options = Handle<PQconninfoOption, PQconninfoFree>;

/// For each host, where the URL names no other time.
constexpr const char* kConnectSeconds = "3";

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts(1);
  for (const char c : list) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// A list with a comma between its members, begun at another one. One member stands for all.
std::string begun_at(const std::string& list, std::size_t first) {
  std::vector<std::string> parts = split(list);
  std::ranges::rotate(parts, parts.begin() + static_cast<std::ptrdiff_t>(first % parts.size()));
  std::string result;
  for (const std::string& part : parts) result += (result.empty() ? "" : ",") + part;
  return result;
}

bool is_list_of_hosts(const std::string& keyword) {
  return keyword == "host" || keyword == "hostaddr" || keyword == "port";
}

}  // namespace

bool PostgresUrl::is_one(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

Result<PostgresUrl> PostgresUrl::parse(const std::string& url) {
  constexpr const char* kForm =
      "the store's URL is not understood; it has the form "
      "postgresql://USER@HOST:PORT/DATABASE, with several HOST:PORT between commas";
  if (!is_one(url)) return fail(Errc::invalid_input, kForm);
  const Options options(PQconninfoParse(url.c_str(), nullptr));
  if (!options) return fail(Errc::invalid_input, kForm);
  PostgresUrl result;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) result.given_.emplace_back(option->keyword, option->val);
  }
  return result;
}

std::string PostgresUrl::value(std::string_view keyword) const {
  for (const auto& [name, text] : given_) {
    if (name == keyword) return text;
  }
  return {};
}

std::string PostgresUrl::shown() const {
  const std::string addresses = value("host").empty() ? value("hostaddr") : value("host");
  const std::vector<std::string> hosts = split(addresses);
  const std::vector<std::string> ports = split(value("port"));
  std::string result;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::string& port = ports[ports.size() == 1 ? 0 : std::min(i, ports.size() - 1)];
    result += (i == 0 ? "" : ",") + (hosts[i].empty() ? "localhost" : hosts[i]);
    if (!port.empty()) result += ':' + port;
  }
  return result + '/' + value("dbname");
}

std::size_t PostgresUrl::hosts() const {
  return std::max(split(value("host")).size(), split(value("hostaddr")).size());
}

std::vector<std::pair<std::string, std::string>> PostgresUrl::options(std::size_t first) const {
  std::vector<std::pair<std::string, std::string>> result;
  if (value("connect_timeout").empty()) result.emplace_back("connect_timeout", kConnectSeconds);
  for (const auto& [keyword, text] : given_) {
    if (keyword == "target_session_attrs" || keyword == "client_encoding") continue;
    const bool rotates = is_list_of_hosts(keyword) && split(text).size() > 1;
    result.emplace_back(keyword, rotates ? begun_at(text, first) : text);
  }
  // A server that only reads would refuse each write, and what it shows may be old.
  result.emplace_back("target_session_attrs", "read-write");
  result.emplace_back("client_encoding", "UTF8");
  result.emplace_back("fallback_application_name", "lockstep");
  return result;
}

}  // namespace lockstep
