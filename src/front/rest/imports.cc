// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include "formats/seed_files.h"
#include "front/rest/approval_json.h"
#include "front/rest/routes.h"
#include "front/rest/token_json.h"
#include "service/import_tokens.h"
#include "service/token_models.h"

namespace lockstep {
namespace {

/// Errors: invalid_input, for a format that is not known.
Result<std::optional<SeedFormat>> read_format(JsonObject& members) {
  LOCKSTEP_TRY(const auto name, members.optional_text("format"));
  if (!name) return std::nullopt;
  const auto format = find_seed_format(*name);
  if (!format) return fail(Errc::invalid_input, "\"format\" is not one of the formats");
  return format;
}

Result<std::optional<SeedEncoding>> read_encoding(JsonObject& members) {
  LOCKSTEP_TRY(const auto name, members.optional_text("encoding"));
  if (!name) return std::nullopt;
  if (*name == "hex") return std::optional(SeedEncoding::hex);
  if (*name == "base32") return std::optional(SeedEncoding::base32);
  return fail(Errc::invalid_input, "\"encoding\" is none of: hex, base32");
}

Result<FileKey> read_file_key(JsonObject& members) {
  FileKey key;
  LOCKSTEP_TRY(const std::optional<Secret> preshared, members.optional_secret("key"));
  LOCKSTEP_TRY(std::optional<Secret> password, members.optional_secret("password"));
  if (preshared && password) {
    return fail(Errc::invalid_input, "a file has a \"key\" or a \"password\", not both");
  }
  if (preshared) {
    LOCKSTEP_TRY(key.preshared, parse_preshared_key(*preshared));
  }
  if (password) key.password = *std::move(password);
  return key;
}

Result<ImportFile> read_file(Services& services, JsonObject& members) {
  ImportFile file;
  LOCKSTEP_TRY(file.format, read_format(members));
  LOCKSTEP_TRY(std::optional<Secret> content, members.optional_secret("content"));
  if (!content) return fail(Errc::invalid_input, "\"content\" is missing");
  file.content = *std::move(content);
  LOCKSTEP_TRY(file.key, read_file_key(members));
  LOCKSTEP_TRY(file.encoding, read_encoding(members));
  LOCKSTEP_TRY(auto model_name, members.optional_text("model"));
  file.model = std::move(model_name).value_or("");
  LOCKSTEP_TRY(const auto model, find_token_model(services, file.model));
  const boost::json::value none(boost::json::object{});
  const boost::json::value* spec = members.member("spec");
  LOCKSTEP_TRY(JsonObject spec_members, JsonObject::of(spec == nullptr ? none : *spec));
  LOCKSTEP_TRY(file.defaults, read_seed_defaults(spec_members, model));
  LOCKSTEP_CHECK(spec_members.finish());
  LOCKSTEP_TRY(const auto form, read_form(members));
  file.form = form.value_or(model ? model->form : file.form);
  LOCKSTEP_TRY(auto batch, members.optional_text("batch"));
  file.batch = std::move(batch).value_or("");
  LOCKSTEP_TRY(file.warranty_until, read_time(members, "warranty_until"));
  LOCKSTEP_TRY(const auto overwrite, members.optional_flag("overwrite"));
  file.overwrite = overwrite.value_or(false);
  LOCKSTEP_CHECK(members.finish());
  return file;
}

boost::json::object report_json(const ImportReport& report) {
  boost::json::object result;
  result["id"] = report.id;
  result["format"] = json_text(name_of(report.format));
  result["committed"] = report.committed;
  result["added"] = report.added;
  result["already_there"] = report.already_there;
  result["overwritten"] = report.overwritten;
  result["rejected"] = report.rejected;
  boost::json::array list;
  for (const RejectedSeed& token : report.rejected_list) {
    list.push_back({{"line", token.line}, {"serial", token.serial}, {"why", token.why}});
  }
  result["rejected_list"] = std::move(list);
  boost::json::array& notes = result["notes"].emplace_array();
  for (const std::string& note : report.notes) notes.emplace_back(note);
  result["expires_at"] = json_time(report.expires_at);
  if (report.step) {
    result["progress"] = {{"phase", json_text(name_of(report.step->phase))},
                          {"done", report.step->done},
                          {"total", report.step->total}};
  }
  return result;
}

Result<Response> post_import(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const ImportFile file, read_file(services, body.members()));
  LOCKSTEP_TRY(const ImportReport report, stage_import(services, context, file));
  return json_response(201, report_json(report));
}

Result<Response> get_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_TRY(const ImportReport report, get_import(services, context, call.path("id")));
  return json_response(200, report_json(report));
}

Result<Response> delete_one(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_CHECK(drop_import(services, context, call.path("id")));
  return no_content();
}

Result<Response> post_commit(Services& services, const Context& context, const Call& call) {
  LOCKSTEP_CHECK(expect_no_body(call));
  LOCKSTEP_TRY(const ImportReport report, commit_import(services, context, call.path("id")));
  if (report.waits) return waits_for(*report.waits);
  return json_response(200, report_json(report));
}

}  // namespace

void add_import_routes(RestRoutes& routes) {
  const Permissions write{Permission::tokens_write};
  routes.add_import("/imports", write, post_import);
  routes.add(Method::get, "/imports/{id}", write, get_one);
  routes.add(Method::delete_, "/imports/{id}", write, delete_one);
  routes.add(Method::post, "/imports/{id}/commit", write, post_commit);
}

}  // namespace lockstep
