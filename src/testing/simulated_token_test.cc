// SPDX-License-Identifier: Apache-2.0
#include "testing/simulated_token.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr WallTime kNoon{Seconds(1'700'000'010)};  // 10 s past half a minute

Secret rfc_seed() { return Secret::copy_of("12345678901234567890"); }

SimulatedToken card() { return {CodeSpec{.kind = TokenKind::hotp}, rfc_seed()}; }
SimulatedToken fob() { return {CodeSpec{.kind = TokenKind::totp}, rfc_seed()}; }

// Codes: RFC 4226 appendix D.
TEST(SimulatedCard, EachPressShowsTheNextCode) {
  SimulatedToken token = card();
  EXPECT_EQ(token.press(), "755224");
  EXPECT_EQ(token.press(), "287082");
  EXPECT_EQ(token.press(), "359152");
  EXPECT_EQ(token.counter(), Position(3));
}

TEST(SimulatedCard, PressesInAPocketAreSkipped) {
  SimulatedToken token = card();
  token.press_unseen(8);
  EXPECT_EQ(token.press(), "399871");
}

TEST(SimulatedCard, StartsWhereItIsSet) {
  SimulatedToken token = card();
  token.set_counter(Position(9));
  EXPECT_EQ(token.press(), "520489");
}

TEST(SimulatedCard, ShowsAnyPositionWithoutMoving) {
  const SimulatedToken token = card();
  EXPECT_EQ(token.code_at(Position(7)), "162583");
  EXPECT_EQ(token.counter(), Position(0));
}

// Codes: RFC 6238 appendix B, of which the last six digits are shown.
TEST(SimulatedFob, ShowsTheCodeOfItsOwnTime) {
  EXPECT_EQ(fob().shows(WallTime(Seconds(59))), "287082");
  EXPECT_EQ(fob().shows(WallTime(Seconds(1'111'111'109))), "081804");
}

TEST(SimulatedFob, ASlowClockShowsAnOlderCode) {
  SimulatedToken token = fob();
  token.set_clock({.set_at = kNoon, .offset = -hours(9)});
  EXPECT_EQ(token.shows(kNoon), fob().shows(kNoon - hours(9)));
}

struct Drift {
  const char* name;
  Seconds offset;
  std::int64_t drift_ppm;
  Micros after;  ///< it was set
  Micros ahead;
};

TEST(SimulatedFob, DriftAddsUpFromWhenItWasSet) {
  const Drift cases[] = {
      {"right", Seconds(0), 0, days(1), Micros(0)},
      {"only set wrong", Seconds(360), 0, days(1), minutes(6)},
      {"not yet drifted", Seconds(0), 20, days(0), Micros(0)},
      {"fast, one day", Seconds(0), 20, days(1), Micros(1'728'000)},
      {"slow, one day", Seconds(0), -20, days(1), Micros(-1'728'000)},
      {"both wrong", Seconds(-5), 100, days(10), Micros(81'400'000)},
      {"before it was set", Seconds(0), 20, -days(1), Micros(-1'728'000)},
      {"half a second", Seconds(0), 100, Micros(500'000), Micros(50)},
      {"two years", Seconds(0), 200, days(730), Micros(12'614'400'000)},
  };
  for (const Drift& drift : cases) {
    SimulatedToken token = fob();
    token.set_clock({.set_at = kNoon, .offset = drift.offset, .drift_ppm = drift.drift_ppm});
    const WallTime at = kNoon + drift.after;
    EXPECT_EQ(token.own_time(at) - at, drift.ahead) << drift.name;
  }
}

}  // namespace
}  // namespace lockstep
