// SPDX-License-Identifier: Apache-2.0
#include "service/inventory.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "service/service_test_world.h"

namespace lockstep {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;

class Inventory : public World {
 protected:
  std::vector<std::string> exported(const TokenQuery& query) {
    std::vector<std::string> rows;
    const auto take = [&](const TokenRow& row) { rows.push_back(row.token.serial.text()); };
    const auto waits = export_inventory(*services, owner(), query, {}, take);
    EXPECT_FALSE(waits.value());
    return rows;
  }
};

TEST_F(Inventory, EveryTokenIsWrittenOutBySerialAndThatItWas) {
  add_user("anna");
  add_card("anna", "B1");
  add_card("anna", "A1");
  EXPECT_THAT(exported({}), ElementsAre("A1", "B1"));
  EXPECT_EQ(last_record().event.kind, EventKind::inventory_exported);
  EXPECT_THAT(exported({.search = "b1"}), ElementsAre("B1"));
  EXPECT_THAT(last_record().event.details, Contains(Pair("search", "b1")));
}

TEST_F(Inventory, MoreThanAPageIsWrittenOutWhole) {
  ChangeSet set;
  const std::size_t count = Page::kLimitMax + 1;
  add_user("anna");
  add_card("anna", "T0000");
  const Token like = token("T0000");
  for (std::size_t i = 1; i < count; ++i) {
    Token one = like;
    one.id = TokenId(i);
    one.owner.reset();
    one.version = {};
    one.serial = serial("U" + std::to_string(10'000 + i));
    set.changes.emplace_back(InsertToken{one});
  }
  ASSERT_TRUE(store.commit(std::move(set)));
  const auto rows = exported({});
  ASSERT_EQ(rows.size(), count);
  EXPECT_TRUE(std::ranges::is_sorted(rows));
}

}  // namespace
}  // namespace lockstep
