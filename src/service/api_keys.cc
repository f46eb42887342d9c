// SPDX-License-Identifier: Apache-2.0
#include "service/api_keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/digest.h"
#include "formats/base64.h"
#include "service/events.h"
#include "service/paging.h"

namespace lockstep {

namespace {

constexpr std::string_view kMark = "lsk_";
constexpr std::size_t kKeyTextBytes = 4 + 43;  // kMark, and 256 bits in base64url
constexpr std::size_t kNameBytesMax = 64;

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kNameBytesMax && std::ranges::all_of(name, allowed);
}

struct KeyText {
  std::string text;
  std::array<std::uint8_t, 32> hash;
};

KeyText make_key_text(Random& random) {
  std::array<std::uint8_t, 32> bytes{};
  random.fill(bytes);
  KeyText made{std::string(kMark) + to_base64url(bytes), {}};
  wipe(bytes);
  made.hash = sha256(bytes_of(made.text));
  return made;
}

/// Keys are few and read in order of their names, so the page behind the names before this one
/// begins with it.
Result<ApiKey> find_by_name(Services& services, const std::string& name) {
  Page page{Page::kLimitMax, {}};
  for (;;) {
    LOCKSTEP_TRY(const std::vector<ApiKey> keys, services.store.api_keys(page));
    const auto found = std::ranges::find(keys, name, &ApiKey::name);
    if (found != keys.end()) return *found;
    if (keys.size() < page.limit) return fail(Errc::not_found, "no such API key");
    page.after = keys.back().name;
  }
}

AuditEvent about(const Context& context, EventKind kind, const std::string& name) {
  AuditEvent made = event(context, kind);
  made.details.emplace_back("name", name);
  return made;
}

Result<void> check_has_all(const Context& context, Permissions permissions) {
  if ((permissions.bits() & ~context.caller.permissions.bits()) == 0) return {};
  return fail(Errc::not_allowed, "nobody can give a key more than they have");
}

}  // namespace

Result<CreatedApiKey> create_api_key(Services& services, const Context& context,
                                     const std::string& name, Permissions permissions) {
  if (!is_name(name)) return fail(Errc::invalid_input, "name is not 1 to 64 of a-z 0-9 - _ .");
  LOCKSTEP_CHECK(check_has_all(context, permissions));
  KeyText made = make_key_text(services.random);
  CreatedApiKey created{ApiKey{.id = ApiKeyId(services.random.id()),
                               .name = name,
                               .hash = made.hash,
                               .permissions = permissions,
                               .created_at = context.now.wall,
                               .revoked_at = {},
                               .version = {}},
                        std::move(made.text)};
  LOCKSTEP_CHECK(services.store.commit(
      ChangeSet{{InsertApiKey{created.key}}, {about(context, EventKind::api_key_created, name)}}));
  return created;
}

Result<std::vector<ApiKey>> list_api_keys(Services& services, const Page& page) {
  LOCKSTEP_CHECK(check_limit(page.limit));
  return services.store.api_keys(page);
}

Result<ApiKey> find_api_key(Services& services, const std::string& name) {
  return find_by_name(services, name);
}

Result<CreatedApiKey> rotate_api_key(Services& services, const Context& context,
                                     const std::string& name, RowVersion version) {
  LOCKSTEP_TRY(ApiKey key, find_by_name(services, name));
  LOCKSTEP_CHECK(check_has_all(context, key.permissions));
  if (key.revoked_at) return fail(Errc::conflict, "the API key is revoked: make another one");
  KeyText made = make_key_text(services.random);
  // Once, and at the version that was seen: who loses has not got a key, and must learn it.
  LOCKSTEP_CHECK(
      services.store.commit(ChangeSet{{RotateApiKey{key.id, version, made.hash}},
                                      {about(context, EventKind::api_key_rotated, name)}}));
  key.hash = made.hash;
  key.version = RowVersion(version.value() + 1);
  return CreatedApiKey{std::move(key), std::move(made.text)};
}

Result<ApiKey> require_group(Services& services, const Context& context, const std::string& name,
                             const std::optional<GroupName>& group, RowVersion version) {
  LOCKSTEP_TRY(ApiKey key, find_by_name(services, name));
  AuditEvent made = about(context, EventKind::api_key_changed, name);
  made.details.emplace_back("required_group_before",
                            key.required_group ? key.required_group->text() : "none");
  made.details.emplace_back("required_group", group ? group->text() : "none");
  key.required_group = group;
  key.version = version;
  LOCKSTEP_CHECK(services.store.commit(ChangeSet{{UpdateApiKey{key}}, {std::move(made)}}));
  key.version = RowVersion(version.value() + 1);
  return key;
}

Result<void> revoke_api_key(Services& services, const Context& context, const std::string& name) {
  LOCKSTEP_TRY(const ApiKey key, find_by_name(services, name));
  if (key.revoked_at) return {};
  return services.store.commit(ChangeSet{{RevokeApiKey{key.id, key.version, context.now.wall}},
                                         {about(context, EventKind::api_key_revoked, name)}});
}

Result<std::optional<Caller>> find_caller(Services& services, std::string_view text) {
  if (text.size() != kKeyTextBytes || !text.starts_with(kMark)) return std::nullopt;
  LOCKSTEP_TRY(const std::optional<ApiKey> key, services.store.api_key(sha256(bytes_of(text))));
  if (!key || key->revoked_at) return std::nullopt;
  return Caller{.actor = Actor("key:" + key->name),
                .permissions = key->permissions,
                .source = key->name,
                .required_group = key->required_group};
}

Caller owner_caller() { return Caller{Actor("owner"), Permissions::all(), "owner"}; }

}  // namespace lockstep
