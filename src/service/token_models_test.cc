// SPDX-License-Identifier: Apache-2.0
#include "service/token_models.h"

#include "service/service_test_world.h"

namespace lockstep {
namespace {

class TokenModels : public World {
 protected:
  static TokenModel acme() {
    TokenModel model;
    model.name = "Acme 5";
    model.maker = "Acme";
    model.spec = {.kind = TokenKind::totp, .step = Seconds(60)};
    model.shown_for = Seconds(30);
    model.warranty_months = 36;
    model.help = "The serial is on the back.";
    return model;
  }
};

TEST_F(TokenModels, AreAddedChangedAndDeletedAndEachIsInTheAudit) {
  const TokenModel added = put_token_model(*services, owner(), acme(), {}).value();
  EXPECT_EQ(added.version, RowVersion(1));
  EXPECT_EQ(last_record().event.details[1].second, "added");
  TokenModel changed = acme();
  changed.maker = "Other";
  EXPECT_EQ(put_token_model(*services, owner(), changed, {})->maker, "Other");
  EXPECT_EQ(last_record().event.details[1].second, "changed");
  EXPECT_EQ(list_token_models(*services, {})->size(), 1U);
  ASSERT_TRUE(delete_token_model(*services, owner(), "Acme 5", {}));
  EXPECT_EQ(last_record().event.details[1].second, "deleted");
  EXPECT_EQ(get_token_model(*services, "Acme 5").error().code, Errc::not_found);
  EXPECT_EQ(delete_token_model(*services, owner(), "Acme 5", {}).error().code, Errc::not_found);
}

TEST_F(TokenModels, AWarrantyLastsItsMonthsAndEndsWithAShorterOne) {
  TokenModel model = acme();
  const auto end = [&](std::uint32_t months, const char* from) {
    model.warranty_months = months;
    const auto found = warranty_end(model, parse_rfc3339(from).value());
    return found ? to_rfc3339(*found) : "none";
  };
  EXPECT_EQ(end(36, "2026-01-31T09:00:00Z"), "2029-01-31T09:00:00Z");
  EXPECT_EQ(end(1, "2026-01-31T09:00:00Z"), "2026-02-28T09:00:00Z");
  EXPECT_EQ(end(12, "2028-02-29T00:00:00Z"), "2029-02-28T00:00:00Z");
  EXPECT_EQ(end(0, "2026-01-31T09:00:00Z"), "none");
}

TEST_F(TokenModels, WhatIsSaidAgainIsNoChange) {
  ASSERT_TRUE(put_token_model(*services, owner(), acme(), {}));
  EXPECT_EQ(put_token_model(*services, owner(), acme(), {})->version, RowVersion(1));
}

TEST_F(TokenModels, AChangeOfWhatSomebodyElseChangedIsAConflict) {
  ASSERT_TRUE(put_token_model(*services, owner(), acme(), RowVersion(0)));
  TokenModel changed = acme();
  changed.maker = "Other";
  EXPECT_EQ(put_token_model(*services, owner(), changed, RowVersion(0)).error().code,
            Errc::conflict);
  EXPECT_TRUE(put_token_model(*services, owner(), changed, RowVersion(1)));
  EXPECT_EQ(delete_token_model(*services, owner(), "Acme 5", RowVersion(1)).error().code,
            Errc::conflict);
}

TEST_F(TokenModels, WhatMakesNoSenseIsRefused) {
  const auto refused = [&](auto change) {
    TokenModel model = acme();
    change(model);
    return put_token_model(*services, owner(), model, {}).error().code;
  };
  EXPECT_EQ(refused([](TokenModel& one) { one.name = ""; }), Errc::invalid_input);
  EXPECT_EQ(refused([](TokenModel& one) { one.name = std::string(129, 'x'); }),
            Errc::invalid_input);
  EXPECT_EQ(refused([](TokenModel& one) { one.help = "a\nb"; }), Errc::invalid_input);
  EXPECT_EQ(refused([](TokenModel& one) { one.spec.step = Seconds(0); }), Errc::invalid_input);
  EXPECT_EQ(refused([](TokenModel& one) { one.shown_for = Seconds(-1); }), Errc::invalid_input);
  EXPECT_EQ(refused([](TokenModel& one) { one.warranty_months = 1'201; }), Errc::invalid_input);
}

}  // namespace
}  // namespace lockstep
