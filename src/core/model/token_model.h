// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "core/model/code.h"
#include "core/model/ids.h"
#include "core/model/token.h"

namespace lockstep {

/// A make of token: what its tokens have in common. Tokens name theirs by `name`.
struct TokenModel {
  std::string name;  ///< unique, 1 to kNameBytesMax bytes
  std::string maker;
  TokenForm form = TokenForm::hardware;
  CodeSpec spec;                      ///< of its tokens, where their seed file does not say
  Seconds shown_for{0};               ///< how long a code stays on the display; 0: not known
  std::uint32_t warranty_months = 0;  ///< from the import on; 0: none
  std::string help;  ///< where the serial is printed and how the counter is shown, for people
  RowVersion version;

  static constexpr std::size_t kNameBytesMax = 128;
  static constexpr std::size_t kHelpBytesMax = 2'000;

  friend bool operator==(const TokenModel&, const TokenModel&) = default;
};

}  // namespace lockstep
