// SPDX-License-Identifier: Apache-2.0
// What every Store has to do, as tests that run on each of them. A new store is one more line in
// store_contract.cc.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/result.h"
#include "ports/store.h"

namespace lockstep {

/// How to make a store of one kind, empty. `keep_alive` holds what it stands on.
struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<Store>(std::shared_ptr<void>& keep_alive)> make;
};

/// All there are.
std::vector<StoreKind> store_kinds();
/// What stands behind the slash in a test's name.
std::string name_of_kind(const testing::TestParamInfo<StoreKind>& kind);

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  StoreContract() : store_(GetParam().make(ground_)) {}

  Store& store() { return *store_; }

  /// Commits one change, and fails the test when that fails.
  void must(Change change);
  /// Commits one change and says how that went.
  Result<void> commit(Change change);

  User user(const std::string& name);
  Token token(const std::string& serial);
  std::uint64_t version_of_user(const std::string& name);
  std::uint64_t version_of_token(const std::string& serial);

 private:
  std::shared_ptr<void> ground_;
  std::unique_ptr<Store> store_;
};

/// Names that are known to be good.
UserName user_name(const std::string& text);
GroupName group_name(const std::string& text);
Serial serial(const std::string& text);

inline const WallTime kThen{Seconds(1'767'600'000)};

/// Values with something in every member, told apart by `id`.
User a_user(std::uint64_t id, const std::string& name);
Token a_token(std::uint64_t id, const std::string& serial_text);
ApiKey an_api_key(std::uint64_t id, const std::string& name);
Ticket a_ticket(std::uint8_t number);
AuditEvent an_event(const std::string& user, WallTime at = kThen);
Instant an_instant(std::int64_t second);

/// Compares everything that is stored.
void expect_same(const User& stored, const User& expected);
void expect_same(const Token& stored, const Token& expected);

/// The error of a Result, for EXPECT_EQ with an Errc; nullopt when there is none.
template <class T>
std::optional<Errc> error_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().code;
}

}  // namespace lockstep
