// SPDX-License-Identifier: Apache-2.0
#include "core/policy/policy.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr Seconds kHours12{12 * 3600};
constexpr Seconds kHours24{24 * 3600};

struct Row {
  PresetName name;
  EventZones event;
  TimeZones hardware;
  TimeZones software;
};

// The table of SYNC section 2 in docs/concepts/sync-engine.md, figure by figure.
const Row kTable[] = {
    {PresetName::standard,
     {2, 10, 100, 1'000, 1'000, 50'000},
     {1, 70, kHours12, kHours12, kHours24},
     {1, 70, kHours12, kHours12, kHours24}},
    {PresetName::mideye,
     {10, 10, 100, 1'000, 100, 50'000},
     {1, 8, kHours12, kHours12, kHours24},
     {1, 8, kHours12, kHours12, kHours24}},
    {PresetName::pingid,
     {2, 2, 0, 1'000, 1'000, 50'000},
     {1, 0, kHours12, kHours12, kHours24},
     {1, 0, kHours12, kHours12, kHours24}},
    {PresetName::rsa,
     {3, 3, 100, 1'000, 50'000, 50'000},
     {1, 10, kHours12, kHours12, kHours12},
     {3, 70, kHours12, kHours12, kHours12}},
    {PresetName::sas,
     {3, 3, 100, 1'000, 1'000, 50'000},
     {1, 10, kHours12, kHours12, kHours24},
     {1, 10, kHours12, kHours12, kHours24}},
    {PresetName::strict,
     {0, 0, 100, 1'000, 1'000, 50'000},
     {0, 70, kHours12, kHours12, kHours24},
     {0, 70, kHours12, kHours12, kHours24}},
};

void expect_equal(const EventZones& a, const EventZones& b) {
  EXPECT_EQ(a.accept, b.accept);
  EXPECT_EQ(a.accept_8, b.accept_8);
  EXPECT_EQ(a.next_code, b.next_code);
  EXPECT_EQ(a.first_use, b.first_use);
  EXPECT_EQ(a.resync, b.resync);
  EXPECT_EQ(a.admin, b.admin);
}

void expect_equal(const TimeZones& a, const TimeZones& b) {
  EXPECT_EQ(a.accept, b.accept);
  EXPECT_EQ(a.next_code, b.next_code);
  EXPECT_EQ(a.first_use, b.first_use);
  EXPECT_EQ(a.resync, b.resync);
  EXPECT_EQ(a.admin, b.admin);
}

TEST(Preset, HasTheFiguresOfTheTable) {
  for (const Row& row : kTable) {
    SCOPED_TRACE(name_of(row.name));
    const Policy policy = preset(row.name);
    expect_equal(policy.event, row.event);
    expect_equal(policy.hardware, row.hardware);
    expect_equal(policy.software, row.software);
  }
}

TEST(Preset, PairsFollowWithin180Seconds) {
  for (const Row& row : kTable) EXPECT_EQ(preset(row.name).pair_within, Seconds(180));
}

TEST(Preset, NamesReadBack) {
  for (const Row& row : kTable) EXPECT_EQ(parse_preset(name_of(row.name)), row.name);
  EXPECT_EQ(name_of(PresetName::standard), "default");
  EXPECT_EQ(parse_preset("Default"), std::nullopt);
  EXPECT_EQ(parse_preset(""), std::nullopt);
}

TEST(TimeZones, FollowTheFormOfTheToken) {
  const Policy policy = preset(PresetName::rsa);
  EXPECT_EQ(time_zones(policy, TokenForm::hardware).accept, 1U);
  EXPECT_EQ(time_zones(policy, TokenForm::software).accept, 3U);
}

TEST(EventAccept, EightDigitsAndMoreReachFurther) {
  const Policy policy = preset(PresetName::standard);
  EXPECT_EQ(event_accept(policy, Digits::make(7).value()), 2U);
  EXPECT_EQ(event_accept(policy, Digits::make(8).value()), 10U);
  EXPECT_EQ(event_accept(policy, Digits::make(10).value()), 10U);
}

}  // namespace
}  // namespace lockstep
