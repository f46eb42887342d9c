// SPDX-License-Identifier: Apache-2.0
#include "formats/policy_document.h"

#include <string>

#include <fmt/format.h>

#include "formats/json.h"

namespace lockstep {
namespace {

Result<PolicyValue> read_value(const boost::json::value& value, std::string_view name) {
  if (const auto* number = value.if_int64()) return PolicyValue(*number);
  if (const auto* real = value.if_double()) return PolicyValue(*real);
  if (const auto* flag = value.if_bool()) return PolicyValue(*flag);
  if (const auto* text = value.if_string()) return PolicyValue(std::string(text->c_str()));
  return fail(Errc::invalid_input, fmt::format("\"{}\" is no number, text, true or false", name));
}

Result<std::vector<PolicySetting>> read_settings(const boost::json::value* changes) {
  std::vector<PolicySetting> settings;
  if (changes == nullptr) return settings;
  if (!changes->is_object()) return fail(Errc::invalid_input, "\"set\" is no object");
  for (const auto& [name, value] : changes->get_object()) {
    const std::string_view text(name.data(), name.size());
    const PolicyKey* key = find_policy_key(text);
    if (key == nullptr) {
      return fail(Errc::invalid_input, fmt::format("\"{}\" is no key of a policy", text));
    }
    LOCKSTEP_TRY(PolicyValue read, read_value(value, text));
    settings.push_back({key, std::move(read)});
  }
  return settings;
}

/// The members that every part of a document has.
Result<PolicyLayer> read_layer(JsonObject& object, std::string name) {
  PolicyLayer layer{std::move(name), {}, {}};
  LOCKSTEP_TRY(const std::optional<std::string> preset, object.optional_text("preset"));
  if (preset) {
    layer.preset = parse_preset(*preset);
    if (!layer.preset) return fail(Errc::invalid_input, "\"preset\" is not known");
  }
  LOCKSTEP_TRY(layer.settings, read_settings(object.member("set")));
  return layer;
}

/// Where a list stands, what names its items, and how many there may be.
struct ListForm {
  const char* list;
  const char* name;
  std::size_t count_max;
};

Result<std::vector<PolicyLayer>> read_list(JsonObject& object, const ListForm& form) {
  std::vector<PolicyLayer> layers;
  const boost::json::value* list = object.member(form.list);
  if (list == nullptr) return layers;
  if (!list->is_array() || list->get_array().size() > form.count_max) {
    return fail(Errc::invalid_input,
                fmt::format("\"{}\" is no list of at most {}", form.list, form.count_max));
  }
  for (const boost::json::value& value : list->get_array()) {
    LOCKSTEP_TRY(JsonObject item, JsonObject::of(value));
    LOCKSTEP_TRY(std::string name, item.text(form.name));
    LOCKSTEP_TRY(PolicyLayer layer, read_layer(item, std::move(name)));
    LOCKSTEP_CHECK(item.finish());
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace

Result<PolicyLayers> parse_policy_document(std::string_view document) {
  if (document.size() > kPolicyBytesMax) return fail(Errc::invalid_input, "policy is too long");
  LOCKSTEP_TRY(const boost::json::value value, parse_json(document));
  LOCKSTEP_TRY(JsonObject object, JsonObject::of(value));
  PolicyLayers layers;
  LOCKSTEP_TRY(layers.everybody, read_layer(object, ""));
  if (!layers.everybody.preset) return fail(Errc::invalid_input, "\"preset\" is missing");
  LOCKSTEP_TRY(layers.groups, read_list(object, {"groups", "group", kPolicyGroupsMax}));
  LOCKSTEP_TRY(layers.models, read_list(object, {"models", "model", kPolicyModelsMax}));
  LOCKSTEP_CHECK(object.finish());
  return layers;
}

}  // namespace lockstep
