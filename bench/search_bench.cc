// SPDX-License-Identifier: Apache-2.0
// Lists and searches over 100,000 users and 150,000 tokens, as the API asks for them: a page of
// 100. What is found nowhere is the dearest question, since everything has to be looked at.
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "adapters/sql/sql_store.h"
#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"
#include "testing/test_postgres.h"

namespace lockstep {
namespace {

constexpr std::uint64_t kUsers = 100'000;
constexpr std::uint64_t kTokens = 150'000;
constexpr std::uint64_t kPart = 10'000;  // rows of one commit

enum class Engine { sqlite, postgres };

std::string letters(SeededRandom& random, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('a' + random.below(26));
  return text;
}

User user(std::uint64_t number, SeededRandom& random) {
  User made{.id = UserId(number), .name = UserName::parse("u" + std::to_string(number)).value()};
  made.first_name = letters(random, 6);
  made.last_name = letters(random, 9);
  made.email = made.first_name + '.' + made.last_name + "@example.org";
  // Of the length of what Argon2id gives: rows are as long as real ones.
  made.password = std::string(97, 'x');
  return made;
}

class FilledStore {
 public:
  explicit FilledStore(Engine engine) {
    store_ = engine == Engine::sqlite ? open_sqlite_store(directory_.path(), random_).value()
                                      : open_postgres_store(TestPostgres::shared().make_database(),
                                                            directory_.path(), random_)
                                            .value();
    ChangeSet set;
    const auto add = [&](auto change) {
      set.changes.push_back(std::move(change));
      if (set.changes.size() == kPart) commit(std::exchange(set, {}));
    };
    for (std::uint64_t i = 1; i <= kUsers; ++i) add(InsertUser{user(i, random_)});
    for (std::uint64_t i = 1; i <= kTokens; ++i) {
      Token token{.id = TokenId(i), .serial = Serial::parse("T-" + std::to_string(i)).value()};
      if (i <= kUsers) token.owner = UserId(i);
      add(InsertToken{token});
    }
    commit(std::move(set));
  }

  Store& operator*() { return *store_; }

 private:
  void commit(ChangeSet set) {
    if (!store_->commit(std::move(set))) std::abort();
  }

  TemporaryDirectory directory_;
  SeededRandom random_{1};
  std::unique_ptr<Store> store_;
};

FilledStore& filled(Engine engine) {
  static std::unique_ptr<FilledStore> stores[2];
  std::unique_ptr<FilledStore>& one = stores[static_cast<std::size_t>(engine)];
  if (!one) one = std::make_unique<FilledStore>(engine);
  return *one;
}

void users(benchmark::State& state, Engine engine, const UserQuery& query) {
  Store& store = *filled(engine);
  for ([[maybe_unused]] const auto unused : state) {
    if (!store.users(query, {})) std::abort();
  }
}

void tokens(benchmark::State& state, Engine engine, const TokenQuery& query) {
  Store& store = *filled(engine);
  for ([[maybe_unused]] const auto unused : state) {
    if (!store.tokens(query, {})) std::abort();
  }
}

void count_users(benchmark::State& state, Engine engine, const UserQuery& query) {
  Store& store = *filled(engine);
  for ([[maybe_unused]] const auto unused : state) {
    if (!store.count_users(query)) std::abort();
  }
}

void declare(Engine engine, const std::string& name) {
  const auto add = [&](const std::string& what, auto function, const auto& query) {
    benchmark::RegisterBenchmark((what + '/' + name).c_str(),
                                 [=](benchmark::State& state) { function(state, engine, query); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  };
  add("users/first_page", users, UserQuery{});
  add("users/three_letters", users, UserQuery{.search = "abc"});
  add("users/found_nowhere", users, UserQuery{.search = "nobody at all"});
  add("users/without_token", users, UserQuery{.has_token = false});
  add("users/count_without_group", count_users, UserQuery{.has_group = false});
  add("tokens/first_page", tokens, TokenQuery{});
  add("tokens/found_nowhere", tokens, TokenQuery{.search = "nothing at all"});
  add("tokens/in_stock", tokens, TokenQuery{.assigned = false});
  add("tokens/lost", tokens, TokenQuery{.status = TokenStatus::lost});
}

}  // namespace
}  // namespace lockstep

int main(int count, char** words) {
  lockstep::declare(lockstep::Engine::sqlite, "sqlite");
  lockstep::declare(lockstep::Engine::postgres, "postgres");
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
