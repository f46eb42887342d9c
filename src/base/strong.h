// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <utility>

namespace lockstep {

/// A `Rep` that mixes only with itself. `Tag` is any incomplete type and makes the type distinct.
template <class Tag, class Rep>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(std::move(value)) {}

  [[nodiscard]] constexpr const Rep& value() const { return value_; }

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

 private:
  Rep value_{};
};

}  // namespace lockstep
