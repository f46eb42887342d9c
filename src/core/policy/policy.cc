// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy.h"

#include <array>
#include <utility>

namespace lockstep {
namespace {

constexpr Seconds kHalfDay{12 * 3600};

constexpr auto kNames = std::to_array<std::pair<PresetName, std::string_view>>({
    {PresetName::standard, "default"},
    {PresetName::mideye, "mideye"},
    {PresetName::pingid, "pingid"},
    {PresetName::rsa, "rsa"},
    {PresetName::sas, "sas"},
    {PresetName::strict, "strict"},
});

/// The same zones for clocks of every form.
void set_clocks(Policy& policy, std::uint32_t accept, std::uint32_t next_code) {
  for (TimeZones* zones : {&policy.hardware, &policy.software}) {
    zones->accept = accept;
    zones->next_code = next_code;
  }
}

/// RSA's tokens in software run on clocks that their owners set, so that its servers look further.
Policy rsa() {
  Policy policy;
  policy.event = {.accept = 3, .accept_8 = 3, .next_code = 100, .resync = 50'000};
  policy.hardware = {.accept = 1, .next_code = 10, .admin = kHalfDay};
  policy.software = {.accept = 3, .next_code = 70, .admin = kHalfDay};
  return policy;
}

}  // namespace

Policy preset(PresetName name) {
  Policy policy;
  switch (name) {
    case PresetName::standard:
      return policy;
    case PresetName::mideye:
      policy.event = {.accept = 10, .accept_8 = 10, .next_code = 100, .resync = 100};
      set_clocks(policy, 1, 8);
      return policy;
    case PresetName::pingid:
      policy.event = {.accept = 2, .accept_8 = 2, .next_code = 0};
      set_clocks(policy, 1, 0);
      return policy;
    case PresetName::rsa:
      return rsa();
    case PresetName::sas:
      policy.event = {.accept = 3, .accept_8 = 3, .next_code = 100};
      set_clocks(policy, 1, 10);
      return policy;
    case PresetName::strict:
      policy.event = {.accept = 0, .accept_8 = 0, .next_code = 100};
      set_clocks(policy, 0, 70);
      return policy;
  }
  LOCKSTEP_ASSERT(false);
  return policy;
}

std::string_view name_of(PresetName name) {
  for (const auto& [preset, text] : kNames) {
    if (preset == name) return text;
  }
  LOCKSTEP_ASSERT(false);
  return {};
}

std::optional<PresetName> parse_preset(std::string_view name) {
  for (const auto& [preset, text] : kNames) {
    if (text == name) return preset;
  }
  return std::nullopt;
}

const TimeZones& time_zones(const Policy& policy, TokenForm form) {
  return form == TokenForm::hardware ? policy.hardware : policy.software;
}

std::uint32_t event_accept(const Policy& policy, Digits digits) {
  return digits >= Digits::eight() ? policy.event.accept_8 : policy.event.accept;
}

}  // namespace lockstep
