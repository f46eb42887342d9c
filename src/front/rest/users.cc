// SPDX-License-Identifier: Apache-2.0
#include "service/users.h"

#include <algorithm>
#include <utility>

#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/pins.h"
#include "service/retry.h"
#include "service/temporary_access.h"
#include "service/tokens.h"
#include "service/user_sessions.h"

namespace lockstep {
namespace {

Result<UserName> user_of(const Call& call) { return UserName::parse(call.path("id")); }

std::string_view name_of(Escalation escalation) {
  switch (escalation) {
    case Escalation::open:
      return "open";
    case Escalation::two_codes:
      return "two_codes";
    case Escalation::disabled:
      return "disabled";
  }
  LOCKSTEP_ASSERT(false);
}

/// A user without password and PIN: only whether there are any.
boost::json::object user_json(const User& user) {
  boost::json::object result;
  result["id"] = user.name.text();
  result["first_name"] = user.first_name;
  result["last_name"] = user.last_name;
  result["email"] = user.email;
  result["phone"] = user.phone;
  result["status"] = json_text(name_of(user.status));
  result["has_password"] = user.password.has_value();
  result["has_pin"] = user.pin.has_value();
  result["created_at"] = json_time(user.created_at);
  return result;
}

boost::json::array groups_json(const std::vector<GroupName>& groups) {
  boost::json::array result;
  for (const GroupName& group : groups) result.emplace_back(group.text());
  return result;
}

/// How long the PIN lasts, for who has one.
boost::json::object pin_json(const User& user, const PinRules& rules) {
  boost::json::object result{{"must_change", user.pin_life.must_change}};
  if (user.pin_life.set_at) result["set_at"] = json_time(*user.pin_life.set_at);
  if (const auto until = pin_expires_at(user, rules)) result["expires_at"] = json_time(*until);
  return result;
}

/// A secret to set, null to clear it, nothing to keep it.
Result<FactorChange> read_factor(JsonObject& members, std::string_view name) {
  FactorChange change;
  if (members.is_null(name)) {
    change.kind = FactorChange::Kind::clear;
    return change;
  }
  LOCKSTEP_TRY(std::optional<Secret> value, members.optional_secret(name));
  if (!value) return change;
  change.kind = FactorChange::Kind::set;
  change.value = *std::move(value);
  return change;
}

Result<UserStatus> read_status(std::string_view text) {
  const auto status = parse_user_status(text);
  if (status) return *status;
  return fail(Errc::invalid_input, "\"status\" is none of: enabled, disabled");
}

Result<UserPatch> read_user_patch(JsonObject& members) {
  UserPatch patch;
  LOCKSTEP_TRY(patch.first_name, members.optional_text("first_name"));
  LOCKSTEP_TRY(patch.last_name, members.optional_text("last_name"));
  LOCKSTEP_TRY(patch.email, members.optional_text("email"));
  LOCKSTEP_TRY(patch.phone, members.optional_text("phone"));
  LOCKSTEP_TRY(const auto status, members.optional_text("status"));
  if (status) {
    LOCKSTEP_TRY(patch.status, read_status(*status));
  }
  LOCKSTEP_TRY(patch.password, read_factor(members, "password"));
  LOCKSTEP_TRY(patch.pin, read_factor(members, "pin"));
  LOCKSTEP_CHECK(members.finish());
  return patch;
}

Result<Response> put_user(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const UserPatch patch, read_user_patch(body.members()));
  LOCKSTEP_TRY(const UpsertedUser done, upsert_user(services, context, name, patch, seen));
  Response response = versioned(user_json(done.user), done.user.version);
  if (done.created) response.status = 201;
  return response;
}

Result<Response> get_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_TRY(const UserDetails details, get_user(services, context, name));
  boost::json::object body = user_json(details.user);
  body["escalation"] = json_text(name_of(details.escalation));
  body["groups"] = groups_json(details.groups);
  if (details.signed_in_at) body["last_sign_in_at"] = json_time(*details.signed_in_at);
  if (details.user.pin) {
    body["pin"] = pin_json(details.user, context.policy->of_member(details.groups).policy.pin);
  }
  if (const auto& access = details.user.sync.temporary) {
    body["temporary_access"] = {{"codes", access->codes.size()},
                                {"single_use", access->single_use},
                                {"until", json_time(access->until)},
                                {"when_found", json_text(name_of(access->when_found))}};
  }
  for (const Token& token : details.tokens) {
    if (details.user.primary == token.id) body["primary"] = token.serial.text();
  }
  boost::json::array tokens;
  for (const Token& token : details.tokens) {
    tokens.push_back(token_json(token, details.user.name, context));
  }
  body["tokens"] = std::move(tokens);
  return versioned(body, details.user.version);
}

Result<Response> list(Services& services, const Context&, const Call& call) {
  UserQuery query;
  query.search = call.query("q").value_or("");
  if (const auto group = call.query("group")) {
    LOCKSTEP_TRY(query.group, GroupName::parse(*group));
  }
  if (const auto status = call.query("status")) {
    LOCKSTEP_TRY(query.status, read_status(*status));
  }
  LOCKSTEP_TRY(query.has_token, flag_query(call, "has_token"));
  LOCKSTEP_TRY(query.has_group, flag_query(call, "has_group"));
  LOCKSTEP_TRY(query.misses_from, number_query(call, "misses_from"));
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const std::vector<ListedUser> users, list_users(services, query, page));
  boost::json::array items;
  for (const ListedUser& one : users) {
    boost::json::object item = user_json(one.user);
    item["groups"] = groups_json(one.facts.groups);
    item["tokens"] = one.facts.tokens;
    if (one.facts.signed_in_at) item["last_sign_in_at"] = json_time(*one.facts.signed_in_at);
    items.push_back(std::move(item));
  }
  return list_response(std::move(items), next_of(users, page, [](const ListedUser& one) {
                         return one.user.name.text();
                       }));
}

Result<Response> delete_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(delete_user(services, context, name, seen));
  return no_content();
}

/// Changes the password or PIN of a user who exists: unlike PUT /users/{id}, this creates nobody.
Result<Response> change_factor(Services& services, const Context& context, const Call& call,
                               UserPatch patch) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_CHECK(retried(seen, [&]() -> Result<UpsertedUser> {
    LOCKSTEP_TRY(const UserDetails details, get_user(services, context, name));
    const RowVersion version = seen.value_or(details.user.version);
    return upsert_user(services, context, name, patch, version);
  }));
  return no_content();
}

/// Which of the two first factors a route is about.
struct FactorRoute {
  std::string_view name;  ///< "password" or "pin", in the path and in the body
  FactorChange UserPatch::* member;
};

RestHandler put_factor(FactorRoute factor) {
  return
      [factor](Services& services, const Context& context, const Call& call) -> Result<Response> {
        LOCKSTEP_TRY(Body body, Body::of(call));
        UserPatch patch;
        LOCKSTEP_TRY(patch.*factor.member, read_factor(body.members(), factor.name));
        if (factor.member == &UserPatch::pin) {
          LOCKSTEP_TRY(patch.pin_must_change, body.members().optional_flag("must_change"));
        }
        LOCKSTEP_CHECK(body.members().finish());
        if ((patch.*factor.member).kind != FactorChange::Kind::set) {
          return fail(Errc::invalid_input, "\"" + std::string(factor.name) + "\" is missing");
        }
        return change_factor(services, context, call, std::move(patch));
      };
}

RestHandler delete_factor(FactorRoute factor) {
  return
      [factor](Services& services, const Context& context, const Call& call) -> Result<Response> {
        LOCKSTEP_CHECK(expect_no_body(call));
        UserPatch patch;
        (patch.*factor.member).kind = FactorChange::Kind::clear;
        return change_factor(services, context, call, std::move(patch));
      };
}

Result<Response> post_pin(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const GivenPin given, give_pin(services, context, name));
  return json_response(201, {{"pin", given.pin}, {"must_change", given.must_change}});
}

Result<Response> post_unlock(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(unlock_user(services, context, name));
  return no_content();
}

Result<Response> put_primary(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string text, body.members().text("serial"));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const Serial serial, Serial::parse(text));
  LOCKSTEP_CHECK(make_primary(services, context, name, serial));
  return no_content();
}

Result<TemporaryOrder> read_order(JsonObject& members) {
  TemporaryOrder order;
  LOCKSTEP_TRY(const auto count, members.optional_number("one_time_codes", {.min = 1}));
  if (count) {
    order.single_use = true;
    order.count =
        static_cast<std::uint32_t>(std::min<std::int64_t>(*count, TemporaryAccess::kCodesMax + 1));
  }
  LOCKSTEP_TRY(const auto seconds, members.optional_number("seconds", {.min = 1}));
  if (seconds) order.lasts = Seconds(*seconds);
  LOCKSTEP_TRY(const auto found, members.optional_text("when_found"));
  if (found) {
    const auto when = parse_when_found(*found);
    if (!when) {
      return fail(Errc::invalid_input, "\"when_found\" is none of: deny, allow, allow_after");
    }
    order.when_found = *when;
  }
  LOCKSTEP_CHECK(members.finish());
  return order;
}

Result<Response> post_temporary(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const TemporaryOrder order, read_order(body.members()));
  LOCKSTEP_TRY(const GivenCodes given, give_temporary_access(services, context, name, order));
  boost::json::array codes;
  for (const std::string& code : given.codes) codes.emplace_back(code);
  return json_response(201, {{"codes", std::move(codes)}, {"until", json_time(given.until)}});
}

Result<Response> delete_temporary(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(end_temporary_access(services, context, name));
  return no_content();
}

Result<Response> delete_sessions(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(end_sessions_of_user(services, context, name));
  return no_content();
}

Result<Response> put_token(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_TRY(const Serial serial, Serial::parse(call.path("serial")));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(assign_token(services, context, name, serial));
  return no_content();
}

Result<Response> delete_user_token(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const UserName name, user_of(call));
  LOCKSTEP_TRY(const Serial serial, Serial::parse(call.path("serial")));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(unassign_token(services, context, name, serial));
  return no_content();
}

}  // namespace

void add_user_routes(RestRoutes& routes) {
  const Permissions read{Permission::users_read};
  const Permissions write{Permission::users_write};
  const Permissions tokens{Permission::tokens_manage};
  const Permissions help{Permission::users_help};
  routes.add(Method::get, "/users", read, list,
             {"q", "group", "status", "has_token", "has_group", "misses_from", "limit", "after"});
  routes.add(Method::put, "/users/{id}", write, put_user);
  routes.add(Method::get, "/users/{id}", read, get_one);
  routes.add(Method::delete_, "/users/{id}", write, delete_one);
  for (const FactorRoute& factor :
       {FactorRoute{"password", &UserPatch::password}, FactorRoute{"pin", &UserPatch::pin}}) {
    const std::string path = "/users/{id}/" + std::string(factor.name);
    routes.add(Method::put, path, write, put_factor(factor));
    routes.add(Method::delete_, path, write, delete_factor(factor));
  }
  routes.add(Method::post, "/users/{id}/pin", help, post_pin);
  routes.add(Method::post, "/users/{id}/unlock", help, post_unlock);
  routes.add(Method::put, "/users/{id}/primary", tokens, put_primary);
  routes.add(Method::post, "/users/{id}/temporary-access", help, post_temporary);
  routes.add(Method::delete_, "/users/{id}/temporary-access", help, delete_temporary);
  routes.add(Method::delete_, "/users/{id}/sessions", help, delete_sessions);
  routes.add(Method::put, "/users/{id}/tokens/{serial}", tokens, put_token);
  routes.add(Method::delete_, "/users/{id}/tokens/{serial}", tokens, delete_user_token);
}

}  // namespace lockstep
