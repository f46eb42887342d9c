// SPDX-License-Identifier: Apache-2.0
// The crash points see what they are made to see: each of these stores is broken on purpose, from
// outside, in one way, and must be caught. A run that finds nothing wrong with them is worth
// nothing.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crash_points.h"

namespace lockstep {
namespace {

/// A day short enough for every day, and long enough for each kind of change.
DaySetup short_day() { return {.seed = 3, .actions = 48}; }

Findings find(const DaySetup& setup) {
  const Recording day = record_day(setup);
  const Findings findings = CrashPoints(day, {.seed = 1, .some = 0, .torn = 0, .stride = 11}).run();
  fmt::print("{} points: {} lost, {} accepted twice, {} broken, {} sealed off. The first: {}\n",
             findings.points, findings.lost, findings.twice, findings.broken, findings.sealed_off,
             findings.first);
  testing::Test::RecordProperty("caught_by", std::to_string(findings.faults()));
  return findings;
}

TEST(PlantedFaults, WithoutOneNothingIsFound) {
  const Findings findings = find(short_day());
  EXPECT_EQ(findings.faults(), 0U) << findings.first;
  EXPECT_GT(findings.points, 500U);
}

TEST(PlantedFaults, TheLogSyncedOnlyNowAndThenLosesWhatWasAcknowledged) {
  DaySetup setup = short_day();
  setup.connection = [](std::unique_ptr<Connection> writer) {
    EXPECT_TRUE(writer->script("PRAGMA synchronous = NORMAL"));
    return writer;
  };
  const Findings findings = find(setup);
  EXPECT_GT(findings.lost, 20U);
  EXPECT_EQ(findings.broken, 0U) << findings.first;
}

/// Tells the writer that all is done, lets it answer, and does it then.
class AnswersFirst final : public ForwardingConnection {
 public:
  using ForwardingConnection::ForwardingConnection;

  Result<void> begin_part() override {
    has_part_ = true;
    return inner().begin_part();
  }
  Result<void> commit() override {
    if (!has_part_) return inner().commit();
    owes_ = true;
    return {};
  }
  void tidy_up() override {
    if (std::exchange(owes_, false)) {
      EXPECT_TRUE(inner().commit());
    }
    inner().tidy_up();
  }

 private:
  bool has_part_ = false;  // not so while the schema is made
  bool owes_ = false;
};

TEST(PlantedFaults, AnAnswerBeforeTheCommitIsFound) {
  DaySetup setup = short_day();
  setup.connection = [](std::unique_ptr<Connection> writer) {
    return std::make_unique<AnswersFirst>(std::move(writer));
  };
  EXPECT_GT(find(setup).lost, 20U);
}

/// Keeps nothing of a refused log-in, as where the charge is rolled back together with it.
class ForgetsRefusals final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Result<void> attempt(const Subject& subject, const Decide& decide) override {
    return inner().attempt(subject, [&](const Situation& situation) {
      Result<ChangeSet> set = decide(situation);
      const bool refused = set && std::ranges::any_of(set->events, [](const AuditEvent& event) {
                             return event.kind == EventKind::login_refused;
                           });
      if (refused) set->changes.clear();
      return set;
    });
  }
};

TEST(PlantedFaults, AChargeThatIsRolledBackWithTheRefusalIsFound) {
  DaySetup setup = short_day();
  setup.behind = [](Store& store) { return std::make_unique<ForgetsRefusals>(store); };
  EXPECT_GT(find(setup).lost, 20U);
}

/// Stores the present step as the one that was used, whichever step the code was of.
class StoresNow final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Result<void> attempt(const Subject& subject, const Decide& decide) override {
    return inner().attempt(subject, [&](const Situation& situation) {
      Result<ChangeSet> set = decide(situation);
      if (!set) return set;
      for (Change& change : set->changes) {
        if (auto* moved = std::get_if<UpdateProgress>(&change)) correct(*moved, situation, *set);
      }
      return set;
    });
  }

 private:
  static void correct(UpdateProgress& moved, const Situation& situation, const ChangeSet& set) {
    const auto token = std::ranges::find(situation.tokens, moved.token, &Token::id);
    if (token->spec.kind != TokenKind::totp || moved.progress.next == token->progress.next) return;
    moved.progress.next = step_at(token->spec, set.events.at(0).at).moved(1);
  }
};

TEST(PlantedFaults, ThePresentStepInThePlaceOfTheMatchedOneIsFound) {
  DaySetup setup = short_day();
  setup.in_front = [](Store& store) { return std::make_unique<StoresNow>(store); };
  EXPECT_GT(find(setup).twice, 3U);
}

/// Signs in with a code by mail and leaves the code, and the state it came with, as they were.
class KeepsMailCodes final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Result<void> commit(ChangeSet set) override {
    const bool accepts = std::ranges::any_of(set.events, [](const AuditEvent& event) {
      return event.kind == EventKind::mail_code_accepted;
    });
    if (accepts) {
      std::erase_if(set.changes, [](const Change& one) {
        return std::holds_alternative<PutMailCode>(one) ||
               std::holds_alternative<DeleteTicket>(one);
      });
    }
    return inner().commit(std::move(set));
  }
};

TEST(PlantedFaults, ACodeByMailThatStaysGoodIsFound) {
  DaySetup setup = short_day();
  setup.in_front = [](Store& store) { return std::make_unique<KeepsMailCodes>(store); };
  EXPECT_GT(find(setup).twice, 3U);
}

/// Drops changes of one kind, which the model has seen.
template <class Dropped>
class Drops final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Result<void> commit(ChangeSet set) override {
    drop(set);
    return inner().commit(std::move(set));
  }
  Result<void> attempt(const Subject& subject, const Decide& decide) override {
    return inner().attempt(subject, [&](const Situation& situation) {
      Result<ChangeSet> set = decide(situation);
      if (set) drop(*set);
      return set;
    });
  }

 private:
  static void drop(ChangeSet& set) {
    std::erase_if(set.changes,
                  [](const Change& one) { return std::holds_alternative<Dropped>(one); });
  }
};

TEST(PlantedFaults, AMailThatIsNotKeptIsFound) {
  DaySetup setup = short_day();
  setup.behind = [](Store& store) { return std::make_unique<Drops<InsertMail>>(store); };
  EXPECT_GT(find(setup).lost, 20U);
}

TEST(PlantedFaults, ACodeByMailThatIsNotKeptIsFound) {
  DaySetup setup = short_day();
  setup.behind = [](Store& store) { return std::make_unique<Drops<PutMailCode>>(store); };
  EXPECT_GT(find(setup).lost, 20U);
}

TEST(PlantedFaults, AKeyThatIsForgottenBeforeAllIsWrappedAnewIsFound) {
  DaySetup setup = short_day();
  setup.forgets_keys_early = true;
  setup.actions_per_restart = 1'000'000;  // it would not start again
  EXPECT_GT(find(setup).sealed_off, 20U);
}

/// Updates rows whatever version they are at.
class IgnoresVersions final : public ForwardingConnection {
 public:
  using ForwardingConnection::ForwardingConnection;

  Result<std::uint64_t> execute(std::string_view sql, Parameters parameters) override {
    std::string text(sql);
    constexpr std::string_view kCheck = "version = $2";
    if (const auto at = text.find("AND " + std::string(kCheck)); at != std::string::npos) {
      text.replace(at + 4, kCheck.size(), "$2 IS NOT NULL");
    }
    return inner().execute(text, parameters);
  }
};

TEST(PlantedFaults, AnUpdateWithoutALookAtTheVersionIsFound) {
  DaySetup setup = short_day();
  setup.connection = [](std::unique_ptr<Connection> writer) {
    return std::make_unique<IgnoresVersions>(std::move(writer));
  };
  EXPECT_GT(find(setup).lost, 20U);
}

}  // namespace
}  // namespace lockstep
