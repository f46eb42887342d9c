// SPDX-License-Identifier: Apache-2.0
// The demo's data, made through the use cases as an administrator would, the day before: so that
// everybody's token has a past. The seeds stay in this process; the server never gives them out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/token.h"
#include "front/rest/lab.h"
#include "ports/clock.h"
#include "service/services.h"

namespace lockstep {

/// A token of the demo as its owner has it in hand, which need not be where the server thinks.
struct DemoToken {
  std::string serial;
  std::string user;  ///< empty: in stock
  std::string model;
  CodeSpec spec;
  std::string seed_base32;
  std::uint64_t counter = 0;  ///< event tokens: of the next code its button gives
  Seconds slow{0};            ///< time tokens: how far its clock is behind
  std::string lab_owner;      ///< first and last name, where the lab draws it; else empty
};

struct DemoWorld {
  std::string api_key;   ///< with every permission
  std::string password;  ///< of the one user who has one, `kDemoPasswordUser`
  std::vector<DemoToken> tokens;
};

/// How long before the demo's start its data is made.
inline constexpr Seconds kDemoHistory{20 * 3600};
/// How far the card of the second person is ahead, and how slow the fob of the third one is.
inline constexpr std::uint64_t kDemoCardAhead = 40;
inline constexpr Seconds kDemoFobSlow{9 * 60};
/// How many tokens nobody has yet.
inline constexpr std::size_t kDemoStock = 5;

/// A clock that shows what `clock` showed some time ago.
class EarlierClock final : public Clock {
 public:
  EarlierClock(const Clock& clock, Seconds earlier) : clock_(clock), earlier_(earlier) {}
  [[nodiscard]] Instant now() const override;

 private:
  const Clock& clock_;
  Seconds earlier_;
};

/// The tokens of `world` that the lab draws.
[[nodiscard]] Result<LabWorld> lab_world(const DemoWorld& world);

/// Fills an empty store. `services` run on an EarlierClock of `kDemoHistory`.
/// Errors: those of the use cases; conflict, when the store is not empty.
[[nodiscard]] Result<DemoWorld> make_demo_world(Services& services);

}  // namespace lockstep
