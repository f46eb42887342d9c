// SPDX-License-Identifier: Apache-2.0
#include "service/tokens.h"

#include <utility>

#include "core/model/token_life.h"
#include "formats/qr_code.h"
#include "formats/seed_text.h"
#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/resynchronise.h"
#include "service/token_models.h"

namespace lockstep {
namespace {

constexpr const char* kNoSuchState =
    "\"state\" is none of: enabled, suspended, lost, faulty, locked, revoked";

constexpr std::size_t kCodesMax = 3;

Result<Serial> serial_of(const Call& call) { return Serial::parse(call.path("serial")); }

/// The seed somebody sends, or how long one to make. Errors: invalid_input.
Result<std::variant<GenerateSeed, Secret>> read_seed(JsonObject& members) {
  LOCKSTEP_TRY(std::optional<std::string> text, members.optional_text("seed"));
  LOCKSTEP_TRY(const auto encoding, members.optional_text("seed_encoding"));
  LOCKSTEP_TRY(const auto bytes, members.optional_number("seed_bytes", {20, 64}));
  if (!text) {
    if (encoding) return fail(Errc::invalid_input, "\"seed_encoding\" comes with \"seed\" only");
    return GenerateSeed{bytes ? static_cast<std::size_t>(*bytes) : GenerateSeed{}.bytes};
  }
  if (bytes) return fail(Errc::invalid_input, "\"seed_bytes\" is for seeds that are made here");
  const std::string name = encoding.value_or("hex");
  if (name != "hex" && name != "base32") {
    return fail(Errc::invalid_input, "\"seed_encoding\" is none of: hex, base32");
  }
  LOCKSTEP_TRY(Secret seed,
               parse_seed(*text, name == "hex" ? SeedEncoding::hex : SeedEncoding::base32));
  wipe({reinterpret_cast<std::uint8_t*>(text->data()), text->size()});
  return seed;
}

Result<NewToken> read_new_token(Services& services, JsonObject& members) {
  NewToken wanted;
  LOCKSTEP_TRY(auto model_name, members.optional_text("model"));
  wanted.model = std::move(model_name).value_or("");
  LOCKSTEP_TRY(const auto model, find_token_model(services, wanted.model));
  LOCKSTEP_TRY(wanted.spec, read_spec(members, model));
  LOCKSTEP_TRY(wanted.seed, read_seed(members));
  const bool made_here = std::holds_alternative<GenerateSeed>(wanted.seed);
  LOCKSTEP_TRY(const auto form, read_form(members));
  const TokenForm usual = made_here ? TokenForm::software : TokenForm::hardware;
  wanted.form = form.value_or(model ? model->form : usual);
  LOCKSTEP_TRY(const auto serial, members.optional_text("serial"));
  if (serial) {
    LOCKSTEP_TRY(wanted.serial, Serial::parse(*serial));
  }
  LOCKSTEP_TRY(const auto owner, members.optional_text("owner"));
  if (owner) {
    LOCKSTEP_TRY(wanted.owner, UserName::parse(*owner));
  }
  LOCKSTEP_TRY(auto batch, members.optional_text("batch"));
  wanted.batch = std::move(batch).value_or("");
  LOCKSTEP_TRY(const auto counter, members.optional_number("counter", {}));
  if (counter && wanted.spec.kind == TokenKind::totp) {
    return fail(Errc::invalid_input, "a time token has no \"counter\"");
  }
  wanted.next = Position(static_cast<std::uint64_t>(counter.value_or(0)));
  LOCKSTEP_TRY(wanted.valid_from, read_time(members, "valid_from"));
  LOCKSTEP_TRY(wanted.valid_until, read_time(members, "valid_until"));
  LOCKSTEP_TRY(wanted.warranty_until, read_time(members, "warranty_until"));
  LOCKSTEP_CHECK(members.finish());
  return wanted;
}

Result<Response> post_token(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(NewToken wanted, read_new_token(services, body.members()));
  const std::optional<UserName> owner = wanted.owner;
  LOCKSTEP_TRY(const CreatedToken created, create_token(services, context, std::move(wanted)));
  boost::json::object answer;
  answer["token"] = token_json(created.token, owner, context);
  if (created.shown) {
    LOCKSTEP_TRY(const QrCode code, QrCode::of(created.shown->otpauth_uri));
    answer["seed"] = {{"base32", created.shown->base32},
                      {"otpauth_uri", created.shown->otpauth_uri},
                      {"qr_svg", code.svg()}};
  }
  Response response = json_response(201, answer);
  response.headers.emplace_back("Location", "/api/v1/tokens/" + created.token.serial.text());
  return response;
}

Result<Response> list(Services& services, const Context& context, const Call& call) {
  TokenQuery query;
  query.search = call.query("q").value_or("");
  if (const auto state = call.query("state")) {
    query.status = parse_token_status(*state);
    if (!query.status) {
      return fail(Errc::invalid_input, kNoSuchState);
    }
  }
  query.model = call.query("model");
  query.batch = call.query("batch");
  if (const auto kind = call.query("kind")) {
    LOCKSTEP_TRY(query.kind, parse_kind(*kind));
  }
  if (const auto sync = call.query("sync")) {
    query.sync = parse_sync_state(*sync);
    if (!query.sync) {
      return fail(Errc::invalid_input,
                  "\"sync\" is none of: in_sync, drifting, out_of_sync, unused");
    }
  }
  LOCKSTEP_TRY(query.ends_before, time_query(call, "ends_before"));
  LOCKSTEP_TRY(query.unused_since, time_query(call, "unused_since"));
  LOCKSTEP_TRY(query.assigned, flag_query(call, "assigned"));
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const std::vector<TokenRow> rows, list_tokens(services, query, page));
  boost::json::array items;
  for (const TokenRow& row : rows) {
    items.push_back(token_json(row.token, row.owner, context));
  }
  return list_response(std::move(items), next_of(rows, page, [](const TokenRow& row) {
                         return row.token.serial.text();
                       }));
}

Result<Response> get_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const Serial serial, serial_of(call));
  LOCKSTEP_TRY(const TokenRow row, get_token(services, serial));
  boost::json::object body = token_json(row.token, row.owner, context);
  if (context.caller.permissions.has(Permission::diagnose)) {
    LOCKSTEP_TRY(const auto fingerprint, fingerprint_of(services, row.token));
    if (fingerprint) body["seed_fingerprint"] = *fingerprint;
  }
  return versioned(body, row.token.version);
}

/// A date to set, or null to take it away; nullopt when absent.
Result<std::optional<DateChange>> read_date_change(JsonObject& members, std::string_view name) {
  if (members.is_null(name)) return DateChange{};
  LOCKSTEP_TRY(const std::optional<WallTime> time, read_time(members, name));
  if (!time) return std::nullopt;
  return DateChange{time};
}

Result<TokenPatch> read_token_patch(JsonObject& members) {
  TokenPatch patch;
  LOCKSTEP_TRY(const auto state, members.optional_text("state"));
  if (state) {
    patch.status = parse_token_status(*state);
    if (!patch.status) {
      return fail(Errc::invalid_input, kNoSuchState);
    }
  }
  LOCKSTEP_TRY(patch.model, members.optional_text("model"));
  LOCKSTEP_TRY(patch.batch, members.optional_text("batch"));
  LOCKSTEP_TRY(patch.valid_from, read_date_change(members, "valid_from"));
  LOCKSTEP_TRY(patch.valid_until, read_date_change(members, "valid_until"));
  LOCKSTEP_TRY(patch.warranty_until, read_date_change(members, "warranty_until"));
  LOCKSTEP_CHECK(members.finish());
  return patch;
}

Result<Response> patch_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const Serial serial, serial_of(call));
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const TokenPatch patch, read_token_patch(body.members()));
  LOCKSTEP_TRY(const TokenRow row, patch_token(services, context, serial, patch, seen));
  return versioned(token_json(row.token, row.owner, context), row.token.version);
}

Result<Response> delete_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const Serial serial, serial_of(call));
  LOCKSTEP_TRY(const std::optional<RowVersion> seen, seen_version(call));
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(delete_token(services, context, serial, seen));
  return no_content();
}

Result<Response> post_replace(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const Serial serial, serial_of(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string by, body.members().text("by"));
  LOCKSTEP_TRY(const Serial fresh, Serial::parse(by));
  LOCKSTEP_TRY(const std::string old, body.members().text("old"));
  LOCKSTEP_CHECK(body.members().finish());
  const auto what = parse_replaced(old);
  if (!what) return fail(Errc::invalid_input, "\"old\" is none of: stock, lost, faulty, revoked");
  LOCKSTEP_CHECK(replace_token(services, context, serial, fresh, *what));
  LOCKSTEP_TRY(const TokenRow row, get_token(services, fresh));
  return versioned(token_json(row.token, row.owner, context), row.token.version);
}

Result<ResyncInput> read_resync(Serial serial, JsonObject& members) {
  ResyncInput input{.serial = std::move(serial), .codes = {}, .counter = {}, .note = {}};
  LOCKSTEP_TRY(input.codes, members.texts("codes", kCodesMax));
  LOCKSTEP_TRY(const auto counter, members.optional_number("counter", {}));
  if (counter) input.counter = static_cast<std::uint64_t>(*counter);
  LOCKSTEP_TRY(const auto reach, members.optional_text("reach"));
  if (reach && *reach != "explicit" && *reach != "admin") {
    return fail(Errc::invalid_input, "\"reach\" is none of: explicit, admin");
  }
  if (reach && *reach == "admin") input.reach = ResyncReach::admin;
  LOCKSTEP_TRY(auto note, members.optional_text("note"));
  input.note = std::move(note).value_or("");
  LOCKSTEP_TRY(const auto verified, members.optional_text("caller_verified"));
  if (verified) {
    input.caller_verified = parse_caller_verified(*verified);
    if (!input.caller_verified) {
      return fail(Errc::invalid_input,
                  "\"caller_verified\" is none of: call_back, manager, question, in_person");
    }
  }
  LOCKSTEP_CHECK(members.finish());
  return input;
}

Result<Response> post_resync(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Serial serial, serial_of(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const ResyncInput input, read_resync(std::move(serial), body.members()));
  LOCKSTEP_TRY(const ResyncAnswer answer, resynchronise(services, context, input));
  return resync_response(answer, context);
}

Result<Response> post_test(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const Serial serial, serial_of(call));
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string code, body.members().text("code"));
  LOCKSTEP_CHECK(body.members().finish());
  LOCKSTEP_TRY(const ResyncAnswer answer, test_token(services, context, serial, code));
  return resync_response(answer, context);
}

}  // namespace

void add_token_routes(RestRoutes& routes) {
  const Permissions read{Permission::tokens_read};
  const Permissions write{Permission::tokens_write};
  const Permissions manage{Permission::tokens_manage};
  const Permissions resync{Permission::tokens_resync};
  const Permissions test{Permission::tokens_resync, Permission::diagnose};
  routes.add(Method::post, "/tokens", write, post_token);
  routes.add(Method::get, "/tokens", read, list,
             {"q", "state", "assigned", "kind", "model", "batch", "ends_before", "unused_since",
              "sync", "limit", "after"});
  routes.add(Method::get, "/tokens/{serial}", read, get_one);
  routes.add(Method::patch, "/tokens/{serial}", manage, patch_one);
  routes.add(Method::post, "/tokens/{serial}/replace", manage, post_replace);
  routes.add(Method::delete_, "/tokens/{serial}", write, delete_one);
  routes.add(Method::post, "/tokens/{serial}/resync", resync, post_resync);
  routes.add(Method::post, "/tokens/{serial}/test", test, post_test);
}

}  // namespace lockstep
