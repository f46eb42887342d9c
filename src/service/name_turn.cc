// SPDX-License-Identifier: Apache-2.0
#include "service/name_turn.h"

#include <array>
#include <functional>

namespace lockstep {
namespace {

constexpr std::size_t kTurns = 64;

std::mutex& turn_of(std::string_view name) {
  static std::array<std::mutex, kTurns> turns;
  return turns.at(std::hash<std::string_view>()(name) % kTurns);
}

}  // namespace

NameTurn::NameTurn(std::string_view name) : lock_(turn_of(name)) {}

}  // namespace lockstep
