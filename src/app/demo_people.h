// SPDX-License-Identifier: Apache-2.0
// Who works at the demo's company, and what they carry. Invented; no two alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/model/token.h"

namespace lockstep {

struct DemoPerson {
  const char* user;
  const char* first_name;
  const char* last_name;
  const char* group;  ///< besides "staff", where everybody is
};

/// A model of token that the company bought.
struct DemoModel {
  const char* name;
  CodeSpec spec;
  TokenForm form;
  std::uint32_t seed_bytes;
};

/// 50 people. The first three are those whom the printed commands are about.
[[nodiscard]] std::span<const DemoPerson> demo_people();

/// The two whose tokens the lab draws: a fob with a clock and a card with a button.
inline constexpr std::size_t kLabFobOwner = 3;
inline constexpr std::size_t kLabCardOwner = 6;
[[nodiscard]] const DemoModel& lab_fob();
[[nodiscard]] const DemoModel& lab_card();

/// Event and time tokens, 6 and 8 digits, 30 and 60 s, SHA-1 and SHA-256, hardware and software.
/// The first three are those of the first three people.
[[nodiscard]] std::span<const DemoModel> demo_models();

}  // namespace lockstep
