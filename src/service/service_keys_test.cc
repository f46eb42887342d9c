// SPDX-License-Identifier: Apache-2.0
#include "service/service_keys.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(ServiceKeys, EachNameHasAnIdOfItsOwnThatNeverChanges) {
  EXPECT_EQ(seal_id_of_service_key("pin"), 1U) << "in stores since the first version";
  EXPECT_EQ(seal_id_of_service_key("audit"), 2U);
  // The first 16 digits of: printf tickets | sha256sum
  EXPECT_EQ(seal_id_of_service_key("tickets"), 0x45a5c62241eec841U);
}

}  // namespace
}  // namespace lockstep
