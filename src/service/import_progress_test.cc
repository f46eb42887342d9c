// SPDX-License-Identifier: Apache-2.0
#include "service/import_progress.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(ImportProgressTest, IsToldAsLongAsTheImportIsUnderWay) {
  ImportProgress progress;
  const TicketHash one{1};
  const TicketHash other{2};
  {
    ImportProgress::Teller teller(progress, one);
    EXPECT_FALSE(progress.of(one)) << "nothing was told yet";
    teller.tell({ImportPhase::sealing, 3, 7});
    teller.tell({ImportPhase::sealing, 4, 7});
    EXPECT_EQ(progress.of(one), (ImportStep{ImportPhase::sealing, 4, 7}));
    EXPECT_FALSE(progress.of(other));
  }
  EXPECT_FALSE(progress.of(one));
}

TEST(ImportProgressTest, PhasesHaveNames) {
  EXPECT_EQ(name_of(ImportPhase::comparing), "comparing");
  EXPECT_EQ(name_of(ImportPhase::sealing), "sealing");
  EXPECT_EQ(name_of(ImportPhase::writing), "writing");
}

}  // namespace
}  // namespace lockstep
