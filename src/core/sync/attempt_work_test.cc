// SPDX-License-Identifier: Apache-2.0
// How much an attempt computes: what was prepared for it, and the same whatever it finds.
#include <gtest/gtest.h>

#include "core/sync/attempt_test_world.h"

namespace lockstep {
namespace {

/// Works out what `decide` will need and tells how many codes that is, for each token.
std::vector<std::size_t> prepare(AttemptWorld& world) {
  std::vector<std::size_t> computed;
  auto book = world.books.begin();
  for (const Token& token : world.tokens) {
    for (const PositionRun& run : positions_needed(token, world.now.wall, world.policy)) {
      (void)book->codes(run.first, run.count);
    }
    computed.push_back(book++->computed());
  }
  return computed;
}

TEST(PositionsNeeded, CoverEverythingThatIsDecided) {
  for (const PresetName name : {PresetName::standard, PresetName::mideye, PresetName::pingid,
                                PresetName::rsa, PresetName::sas, PresetName::strict}) {
    for (const bool used : {true, false}) {
      AttemptWorld world(preset(name));
      world.add_event(used ? 500 : 0);
      world.add_event(used ? 700 : 0, 8);
      Token& fob = world.add({.kind = TokenKind::totp}, Position(used ? 59'999'960 : 0));
      if (used) fob.progress.clock = ClockFix{Seconds(-90), world.now};
      const std::uint64_t next = world.tokens.front().progress.next.value();
      for (const Code code : {world.wrong_code(), world.code(next + 90), world.code(next + 91)}) {
        const std::vector<std::size_t> prepared = prepare(world);
        (void)world.log_in(code);
        auto book = world.books.begin();
        for (const std::size_t computed : prepared) EXPECT_EQ(book++->computed(), computed);
        world.wait(Seconds(30));
      }
    }
  }
}

TEST(Decide, AsksForTheSameCodesWhateverItFinds) {
  const auto work = [](Outcome expected, auto attempt) {
    AttemptWorld world;
    world.add_event(500);
    EXPECT_EQ(attempt(world), expected);
    return world.books.front().computed();
  };
  const std::size_t accepted =
      work(Outcome::accepted, [](AttemptWorld& w) { return w.log_in(w.code(500)); });
  EXPECT_GT(accepted, 100U);
  EXPECT_EQ(accepted,
            work(Outcome::next_code, [](AttemptWorld& w) { return w.log_in(w.code(550)); }));
  EXPECT_EQ(accepted,
            work(Outcome::refused, [](AttemptWorld& w) { return w.log_in(w.wrong_code()); }));
  EXPECT_EQ(accepted, work(Outcome::refused, [](AttemptWorld& w) {
              return w.log_in(w.code(500), {.factor = Factor::wrong});
            }));
  EXPECT_EQ(accepted, work(Outcome::refused, [](AttemptWorld& w) {
              w.sync.misses_in_row = 100;
              return w.log_in(w.code(500));
            }));
  EXPECT_EQ(accepted, work(Outcome::refused, [](AttemptWorld& w) {
              w.tokens.front().status = TokenStatus::suspended;
              return w.log_in(w.code(500));
            }));
}

}  // namespace
}  // namespace lockstep
