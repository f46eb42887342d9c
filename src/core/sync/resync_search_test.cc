// SPDX-License-Identifier: Apache-2.0
#include "core/sync/resync_search.h"

#include <chrono>

#include <gtest/gtest.h>

#include "core/sync/resync_test_world.h"

namespace lockstep {
namespace {

using namespace std::chrono_literals;

CodeBook book_of(const World& world) {
  return CodeBook(CodeGenerator::make(world.token.spec, world.seed).value());
}

TEST(ResyncSearch, CodeIsFoundAtEveryPlaceInTheRun) {
  const World world(event_spec());
  CodeBook book = book_of(world);
  const Code twice = *world.typed("709847").code;  // At 2386 and 2394.
  const auto found = [&](std::uint64_t first, std::size_t count) {
    return find_code(book, {Position(first), count}, twice);
  };
  EXPECT_EQ(found(2'386, 9), (std::vector{Position(2'386), Position(2'394)}));
  EXPECT_EQ(found(2'387, 8), (std::vector{Position(2'394)}));
  EXPECT_EQ(found(2'386, 8), (std::vector{Position(2'386)}));
  EXPECT_TRUE(found(2'387, 7).empty());
  EXPECT_TRUE(found(2'386, 0).empty());
}

TEST(ResyncSearch, EveryWayForCodesToFollowIsKept) {
  const World world(event_spec());
  const auto codes = world.codes_at({Position(1), Position(2)});
  const auto at = [](std::uint64_t value) { return Position(value); };
  const Places places = {{at(10), at(50), at(90)}, {at(11), at(52), at(91)}};
  EXPECT_EQ(join(world.token.spec, codes, places),
            (std::vector<Chain>{{at(10), at(11)}, {at(90), at(91)}}));
}

TEST(ResyncSearch, NewestOfSeveralCodesMayLieAsFarBehindTheFirstAsTimeAllows) {
  World world(time_spec());
  const GivenCode first = world.code_at(world.step());
  world.now = instant_at(120s);
  const GivenCode second = world.code_at(world.step());
  EXPECT_EQ(span_of(world.token.spec, std::vector{first, second}), 5);
  EXPECT_EQ(span_of(world.token.spec, std::vector{second, second}), 1) << "given at once";
  EXPECT_EQ(span_of(time_spec(20s), std::vector{second, second}), 1) << "at once, short steps";
  EXPECT_EQ(span_of(world.token.spec, std::vector{second}), 0);
}

TEST(ResyncSearch, OnlyATokenNeverUsedIsLookedForInSeveralEpochs) {
  World world(time_spec());
  const auto epochs = [&] {
    const ResyncRequest request{
        world.codes_at({Position(1), Position(2)}), {}, ResyncAuthority::operator_, world.now};
    std::vector<Seconds> all;
    for (const SearchZone& zone : search_zones(world.token, request, world.policy)) {
      all.push_back(zone.t0);
    }
    return all;
  };
  EXPECT_EQ(epochs(), (std::vector{Seconds(0), kMillennium}));
  world.token.progress.next = Position(1);
  EXPECT_EQ(epochs(), (std::vector{Seconds(0)}));
  world.token.progress.clock = ClockFix{-Micros(kMillennium) + 9h, world.now};
  EXPECT_EQ(epochs(), (std::vector{kMillennium}));
  world.token.spec.t0 = Seconds(77);
  world.token.progress = {};
  EXPECT_EQ(epochs(), (std::vector{Seconds(77), Seconds(0), kMillennium}));
}

}  // namespace
}  // namespace lockstep
