// SPDX-License-Identifier: Apache-2.0
// What holds when many write at once. Run under the thread sanitizer too.
#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

#include "store_contract.h"

namespace lockstep {
namespace {

/// Runs `work(i)` in `count` threads that start together.
template <class Work>
void in_parallel(int count, const Work& work) {
  std::barrier start(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

/// Spends position `at` of the only token if it is not spent yet; an event either way.
ChangeSet spend(const Situation& situation, Position at, bool& won) {
  const Token& token = situation.tokens.at(0);
  won = token.progress.next <= at;
  ChangeSet set;
  if (won) {
    Progress progress;
    progress.next = at.moved(1);
    set.changes.push_back(UpdateProgress{token.id, token.version, progress, token.status});
  }
  UserSync sync = situation.user->sync;
  ++sync.misses_in_row;
  set.changes.push_back(UpdateUserSync{situation.user->id, situation.user->version, sync});
  set.events.push_back(an_event(situation.user->name.text()));
  return set;
}

class StoreAttempts : public StoreContract {
 protected:
  StoreAttempts() {
    User anna{.id = UserId(1), .name = user_name("anna")};
    must(InsertUser{anna});
    Token only{.id = TokenId(1), .serial = serial("A-1")};
    only.owner = UserId(1);
    must(InsertToken{only});
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, StoreAttempts, testing::ValuesIn(store_kinds()), name_of_kind);

TEST_P(StoreAttempts, OfSixtyFourAttemptsWithOneCodeExactlyOneWins) {
  constexpr int kRounds = 10;
  constexpr int kThreads = 64;
  std::atomic<int> decisions = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> wins = 0;
    in_parallel(kThreads, [&](int) {
      bool won = false;
      const Result<void> result =
          store().attempt(user_name("anna"), [&](const Situation& situation) -> Result<ChangeSet> {
            ++decisions;
            return spend(situation, Position(static_cast<std::uint64_t>(round)), won);
          });
      EXPECT_TRUE(result);
      if (won) ++wins;
    });
    EXPECT_EQ(wins, 1) << round;
  }
  EXPECT_EQ(token("A-1").progress.next, Position(kRounds));
  // Every attempt was charged, and cost at most one decision before the writer and one in it.
  EXPECT_EQ(user("anna").sync.misses_in_row, static_cast<std::uint32_t>(kRounds * kThreads));
  EXPECT_LE(decisions, 2 * kRounds * kThreads);
}

TEST_P(StoreAttempts, TheRecordsOfParallelAttemptsAreOneChain) {
  in_parallel(16, [&](int) {
    for (int i = 0; i < 10; ++i) {
      bool won = false;
      EXPECT_TRUE(store().attempt(serial("A-1"), [&](const Situation& situation) {
        return Result<ChangeSet>(spend(situation, Position(0), won));
      }));
    }
  });
  ChainHead head;
  ASSERT_TRUE(store().audit_scan([&](const AuditRecord& record) -> Result<void> {
    EXPECT_TRUE(follows(head, record));
    head = {record.seq, record.hash};
    return {};
  }));
  EXPECT_EQ(head.seq, 160U);
  EXPECT_EQ(store().audit_heads().value().at(0).second.hash, head.hash);
}

TEST_P(StoreAttempts, ADecisionOnAnOlderSituationIsMadeAnew) {
  // Between the first decision and the commit everything a situation is made of changes in turn.
  const std::vector<std::function<void()>> interruptions = {
      [&] { must(UpdateUserSync{UserId(1), RowVersion(version_of_user("anna")), {}}); },
      [&] {
        must(UpdateProgress{
            TokenId(1), RowVersion(version_of_token("A-1")), {}, TokenStatus::suspended});
      },
      [&] { must(InsertGroup{group_name("vpn")}), must(AddMember{group_name("vpn"), UserId(1)}); },
      [&] {
        Token second{.id = TokenId(2), .serial = serial("B-2")};
        second.owner = UserId(1);
        must(InsertToken{second});
      },
      [&] { must(DeleteUser{UserId(1), RowVersion(version_of_user("anna"))}); },
  };
  // A store that decides under its lock lets nothing come between, and would wait for itself.
  if (GetParam().name == "Memory") return;
  for (const auto& interrupt : interruptions) {
    int decisions = 0;
    EXPECT_TRUE(store().attempt(user_name("anna"), [&](const Situation&) -> Result<ChangeSet> {
      if (++decisions == 1) interrupt();
      ChangeSet set;
      set.events.push_back(an_event("anna"));
      return set;
    }));
    EXPECT_EQ(decisions, 2);
  }
}

TEST_P(StoreAttempts, AnUnknownUserIsDecidedLikeAnyOther) {
  EXPECT_TRUE(store().attempt(user_name("nobody"), [](const Situation& situation) {
    EXPECT_FALSE(situation.user);
    ChangeSet set;
    set.events.push_back(an_event("nobody"));
    return Result<ChangeSet>(set);
  }));
  EXPECT_EQ(store().audit({}).value().size(), 1U);
}

TEST_P(StoreAttempts, WhoHasReadTheSituationIsAskedAboutThatOne) {
  Situation seen = store().situation(user_name("anna")).value();
  seen.user->first_name = "as it was read";
  int decisions = 0;
  bool won = false;
  EXPECT_TRUE(store().attempt_from(user_name("anna"), seen, [&](const Situation& situation) {
    ++decisions;
    EXPECT_EQ(situation.user->first_name, "as it was read");
    return Result<ChangeSet>(spend(situation, Position(0), won));
  }));
  EXPECT_EQ(decisions, 1);
  EXPECT_TRUE(won);
  EXPECT_EQ(store().situation(user_name("anna"))->tokens.at(0).progress.next, Position(1));
}

TEST_P(StoreAttempts, OfManyWhoHaveReadTheSameOneWins) {
  constexpr int kThreads = 16;
  const Situation seen = store().situation(user_name("anna")).value();
  std::atomic<int> wins = 0;
  in_parallel(kThreads, [&](int) {
    bool won = false;
    EXPECT_TRUE(store().attempt_from(user_name("anna"), seen, [&](const Situation& situation) {
      return Result<ChangeSet>(spend(situation, Position(0), won));
    }));
    if (won) ++wins;
  });
  EXPECT_EQ(wins, 1);
  const Situation after = store().situation(user_name("anna")).value();
  EXPECT_EQ(after.tokens.at(0).progress.next, Position(1));
  EXPECT_EQ(after.user->sync.misses_in_row, kThreads) << "each was charged";
}

TEST_P(StoreAttempts, AnErrorOfDecideIsHandedOnAndNothingIsWritten) {
  const auto result = store().attempt(user_name("anna"), [](const Situation&) {
    return Result<ChangeSet>(fail(Errc::not_allowed, "no"));
  });
  EXPECT_EQ(error_of(result), Errc::not_allowed);
  EXPECT_TRUE(store().audit({}).value().empty());
}

TEST_P(StoreAttempts, AConflictHarmsNobodyElse) {
  std::atomic<int> done = 0;
  in_parallel(32, [&](int i) {
    const auto id = static_cast<std::uint64_t>(100 + i);
    ChangeSet set;
    set.changes.push_back(InsertUser{a_user(id, "user" + std::to_string(i))});
    set.events.push_back(an_event("anna"));
    if (i % 2 == 1) set.changes.push_back(InsertUser{a_user(id, "anna")});
    if (store().commit(std::move(set))) ++done;
  });
  EXPECT_EQ(done, 16);
  EXPECT_EQ(store().users({.search = "user"}, {}).value().size(), 16U);
  EXPECT_EQ(store().audit({}).value().size(), 16U);
}

TEST_P(StoreAttempts, ATicketIsUsedOnceHoweverManyTry) {
  for (int round = 0; round < 20; ++round) {
    must(InsertTicket{a_ticket(1)});
    std::atomic<int> wins = 0;
    in_parallel(16, [&](int) {
      const auto found = store().ticket(a_ticket(1).hash);
      ASSERT_TRUE(found);
      if (!*found) return;
      ChangeSet set;
      set.changes.push_back(DeleteTicket{(*found)->hash, (*found)->version});
      const Result<void> result = store().commit(std::move(set));
      if (result) ++wins;
      EXPECT_TRUE(result || result.error().code == Errc::conflict);
    });
    EXPECT_EQ(wins, 1);
  }
}

TEST_P(StoreAttempts, ReadersSeeAWholeCommitOrNothingOfIt) {
  std::atomic<bool> ending = false;
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) {
      bool won = false;
      EXPECT_TRUE(store().attempt(user_name("anna"), [&](const Situation& situation) {
        return Result<ChangeSet>(spend(situation, situation.tokens.at(0).progress.next, won));
      }));
    }
    ending = true;
  });
  while (!ending) {
    const Situation seen = store().situation(user_name("anna")).value();
    EXPECT_EQ(seen.tokens.at(0).progress.next.value(), seen.user->sync.misses_in_row);
  }
  writer.join();
}

}  // namespace
}  // namespace lockstep
