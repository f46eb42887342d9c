// SPDX-License-Identifier: Apache-2.0
#include "app/audit_verify.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "adapters/system/key_file.h"
#include "app/audit_words.h"
#include "app/data_directory.h"
#include "base/hex.h"
#include "formats/audit_line.h"
#include "formats/json.h"
#include "front/cli/client.h"
#include "front/rest/audit_json.h"
#include "service/audit_trail.h"
#include "service/mirror_check.h"
#include "service/services.h"

namespace lockstep {
namespace {

namespace json = boost::json;

/// A server that signs every second and mirrors every second is not further behind than this.
constexpr Seconds kMirrorDelay{60};

/// What is known about the store, from the server or from the store itself.
struct StoreView {
  json::object verdict;
  std::optional<PublicKey> key;
  std::vector<SignedHead> heads;
};

Result<PublicKey> key_of(std::string_view hex) {
  const auto bytes = parse_hex(hex);
  PublicKey key{};
  if (!bytes || bytes->size() != key.size()) {
    return fail(Errc::invalid_input, "a public key is 64 hex digits, as `audit key` prints them");
  }
  std::ranges::copy(*bytes, key.begin());
  return key;
}

Result<std::vector<SignedHead>> heads_in(const json::value& answer) {
  std::vector<SignedHead> heads;
  const json::object* object = answer.if_object();
  const json::value* items = object == nullptr ? nullptr : object->if_contains("items");
  if (items == nullptr || !items->is_array()) {
    return fail(Errc::invalid_input, "these are no signed heads");
  }
  for (const json::value& item : items->get_array()) {
    LOCKSTEP_TRY(const SignedHead head, signed_head_of(item));
    heads.push_back(head);
  }
  return heads;
}

Result<std::vector<SignedHead>> read_noted(const std::string& path) {
  if (path.empty()) return std::vector<SignedHead>{};
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(Errc::not_found, "cannot read " + path);
  const auto value = parse_json(text.str());
  if (!value) return fail(Errc::invalid_input, path + " is not what `audit heads --json` prints");
  return heads_in(*value);
}

Result<json::value> call(SocketTransport& server, const ApiRequest& request) {
  LOCKSTEP_TRY(const ApiReply reply, server.send(request));
  if (exit_code_of_status(reply.status) == ExitCode::ok) return parse_json(reply.body);
  return fail(reply.status == 403 ? Errc::not_allowed : Errc::unavailable,
              fmt::format("the server answered with status {}", reply.status));
}

Result<StoreView> ask_server(const AuditVerifyOptions& options,
                             const std::vector<SignedHead>& noted, Terminal& terminal) {
  SocketTransport server(options.socket);
  StoreView view;
  LOCKSTEP_TRY(const json::value heads, call(server, {"GET", "/api/v1/audit/heads", ""}));
  LOCKSTEP_TRY(view.heads, heads_in(heads));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(heads));
  LOCKSTEP_TRY(const std::string key, object.text("public_key"));
  LOCKSTEP_TRY(view.key, key_of(key));
  std::uint64_t records = 0;
  for (const SignedHead& head : view.heads) records += head.head.seq;
  terminal.err(fmt::format("The server reads about {} records …\n", records));
  json::array list;
  for (const SignedHead& head : noted) list.push_back(signed_head_object(head));
  const json::object body = {{"noted", std::move(list)}};
  LOCKSTEP_TRY(const json::value verdict,
               call(server, {"POST", "/api/v1/audit/verify", json::serialize(body)}));
  if (!verdict.is_object()) return fail(Errc::unavailable, "the server's answer is no verdict");
  view.verdict = verdict.get_object();
  return view;
}

/// The service's own key, where its key file is here too.
std::optional<PublicKey> own_key(const std::filesystem::path& data, Store& store) {
  const auto vault = KeyFileVault::open(key_file_path(data));
  if (!vault) return std::nullopt;
  const auto key = audit_public_key(store, **vault);
  return key ? *key : std::nullopt;
}

Result<StoreView> read_store(const AuditVerifyOptions& options, std::vector<SignedHead> noted,
                             const std::optional<PublicKey>& key, Random& random,
                             Terminal& terminal) {
  LOCKSTEP_TRY(const std::unique_ptr<Store> store,
               open_store(options.data, options.store_url, random));
  StoreView view;
  view.key = own_key(options.data, *store);
  VerifyOptions how{.key = key ? key : view.key, .noted = std::move(noted)};
  how.progress = [&terminal](std::uint64_t records) {
    terminal.err(fmt::format("\r{} records …", records));
  };
  LOCKSTEP_TRY(const AuditVerdict verdict, verify_audit(*store, how));
  if (verdict.records >= 100'000) terminal.err("\n");
  view.verdict = verdict_object(verdict);
  if (auto heads = store->signed_heads()) view.heads = *std::move(heads);
  return view;
}

Result<MirrorVerdict> read_mirrors(const AuditVerifyOptions& options,
                                   const std::optional<PublicKey>& key,
                                   std::vector<SignedHead> noted) {
  MirrorCheck check(key, std::move(noted));
  for (const std::string& path : options.mirrors) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(Errc::not_found, "cannot read " + path);
    check.begin_file();
    std::string line;
    while (std::getline(file, line)) {
      // getline reaches the end of the file only where the last line has no end.
      if (file.eof()) {
        check.visit_unfinished();
      } else {
        check.visit(line);
      }
    }
    if (file.bad()) return fail(Errc::unavailable, "cannot read " + path + " to its end");
  }
  return check.finish();
}

json::object mirror_object(const MirrorVerdict& verdict) {
  json::object result = {{"intact", !verdict.broken && !verdict.unfinished},
                         {"lines", verdict.lines},
                         {"records", verdict.records}};
  if (verdict.unfinished) result["unfinished"] = true;
  if (verdict.broken) {
    json::object broken = break_object(verdict.broken->what);
    broken["line"] = verdict.broken->line;
    result["broken"] = std::move(broken);
  }
  json::array chains;
  for (const MirroredChain& chain : verdict.chains) {
    chains.push_back({{"node", std::to_string(chain.node.value())},
                      {"records", chain.records},
                      {"behind", chain.behind},
                      {"last", chain.end.seq}});
  }
  result["chain_list"] = std::move(chains);
  return result;
}

bool is_intact(const json::object& verdict) {
  const json::value* intact = verdict.if_contains("intact");
  return intact != nullptr && intact->is_bool() && intact->get_bool();
}

/// The newest heads that a working mirror must have reached by now.
std::vector<SignedHead> settled(const std::vector<SignedHead>& heads, WallTime now) {
  std::vector<SignedHead> result;
  for (const SignedHead& head : heads) {
    if (head.at + kMirrorDelay < now) result.push_back(head);
  }
  return result;
}

Result<json::object> verify(const AuditVerifyOptions& options, const Clock& clock, Random& random,
                            Terminal& terminal) {
  std::optional<PublicKey> key;
  if (!options.key.empty()) {
    LOCKSTEP_TRY(key, key_of(options.key));
  }
  LOCKSTEP_TRY(const std::vector<SignedHead> noted, read_noted(options.noted));
  json::object result = {{"intact", true}};
  std::vector<SignedHead> for_mirror = noted;
  if (!options.alone) {
    const bool running = is_listening(options.socket);
    LOCKSTEP_TRY(StoreView view, running ? ask_server(options, noted, terminal)
                                         : read_store(options, noted, key, random, terminal));
    result = std::move(view.verdict);
    if (key && view.key && *key != *view.key) {
      result["intact"] = false;
      result["other_key"] = to_hex(*view.key);
    }
    if (!key) key = view.key;
    const auto reached = settled(view.heads, clock.now().wall);
    for_mirror.insert(for_mirror.end(), reached.begin(), reached.end());
  }
  if (!options.mirrors.empty()) {
    LOCKSTEP_TRY(const MirrorVerdict mirror, read_mirrors(options, key, std::move(for_mirror)));
    json::object said = mirror_object(mirror);
    if (!is_intact(said)) result["intact"] = false;
    result["mirror"] = std::move(said);
  }
  if (!result.contains("signatures_checked")) result["signatures_checked"] = key.has_value();
  return result;
}

}  // namespace

ExitCode verify_audit_command(const AuditVerifyOptions& options, const Clock& clock, Random& random,
                              Terminal& terminal) {
  if (options.alone && options.mirrors.empty()) {
    return report(terminal, {Errc::invalid_input, "--alone needs --mirror"});
  }
  const auto verdict = verify(options, clock, random, terminal);
  if (!verdict) return report(terminal, verdict.error());
  terminal.out(options.format == Format::json ? json::serialize(*verdict) + '\n'
                                              : audit_words(*verdict));
  return is_intact(*verdict) ? ExitCode::ok : ExitCode::refused;
}

}  // namespace lockstep
