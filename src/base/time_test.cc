// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

using std::chrono::hours;

Instant at(Micros wall, Micros mono, std::uint64_t run) {
  return {WallTime(wall), MonoTime(mono.count()), ClockRun(run)};
}

TEST(Elapsed, TakesTheSmallerOfWallAndMonotonicTime) {
  const Instant start = at(hours(1), hours(1), 7);
  EXPECT_EQ(elapsed(start, at(hours(3), hours(2), 7)), hours(1)) << "wall set forward";
  EXPECT_EQ(elapsed(start, at(hours(2), hours(3), 7)), hours(1)) << "wall set back a little";
}

TEST(Elapsed, IsNeverNegative) {
  const Instant start = at(hours(5), hours(1), 7);
  EXPECT_EQ(elapsed(start, at(hours(1), hours(2), 7)), Micros::zero());
}

TEST(Elapsed, AcrossBootsCountsWallTimeOnly) {
  const Instant start = at(hours(1), hours(90), 7);
  EXPECT_EQ(elapsed(start, at(hours(4), hours(0), 8)), hours(3));
}

struct TimeCase {
  const char* text;
  std::int64_t micros;
};

// From `date -u -d TEXT +%s` of GNU coreutils.
constexpr TimeCase kTimes[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2009-02-13T23:31:30Z", 1'234'567'890'000'000},
    {"2024-02-29T12:00:00Z", 1'709'208'000'000'000},
    {"2027-01-15T08:00:00.250000Z", 1'800'000'000'250'000},
    {"1969-12-31T23:59:59Z", -1'000'000},
};

TEST(Rfc3339, PrintsAndParsesKnownTimes) {
  for (const TimeCase& one : kTimes) {
    EXPECT_EQ(to_rfc3339(WallTime(Micros(one.micros))), one.text);
    const auto parsed = parse_rfc3339(one.text);
    ASSERT_TRUE(parsed) << one.text;
    EXPECT_EQ(parsed->time_since_epoch().count(), one.micros) << one.text;
  }
}

TEST(Rfc3339, OffsetsAndFractionsAreUnderstood) {
  EXPECT_EQ(parse_rfc3339("2027-01-15T09:00:00+01:00").value(),
            parse_rfc3339("2027-01-15T08:00:00Z").value());
  EXPECT_EQ(parse_rfc3339("2027-01-15T02:30:00-05:30").value(),
            parse_rfc3339("2027-01-15T08:00:00Z").value());
  EXPECT_EQ(parse_rfc3339("2027-01-15T08:00:00.1234567891Z")->time_since_epoch() % Seconds(1),
            Micros(123456));
}

TEST(Rfc3339, AnythingElseIsRefused) {
  for (const char* text :
       {"", "2027-01-15", "2027-01-15T08:00:00", "2027-02-30T08:00:00Z", "2027-01-15T24:00:00Z",
        "2027-01-15T08:60:00Z", "2027-01-15T08:00:00.Z", "2027-01-15T08:00:00Zx",
        "2027-1-15T08:00:00Z", "2027-01-15T08:00:00+1:00"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace lockstep
