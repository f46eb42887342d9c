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
    EXPECT_EQ(progress.of(one), ImportStep()) << "from the first moment on";
    teller.tell({ImportPhase::sealing, 3, 7});
    teller.tell({ImportPhase::sealing, 4, 7});
    EXPECT_EQ(progress.of(one), (ImportStep{ImportPhase::sealing, 4, 7}));
    EXPECT_FALSE(progress.of(other));
  }
  EXPECT_FALSE(progress.of(one));
}

TEST(ImportProgressTest, OfTwoThatAreSentTheOtherIsStillUnderWay) {
  ImportProgress progress;
  const TicketHash hash{1};
  ImportProgress::Teller second(progress, hash);
  {
    ImportProgress::Teller first(progress, hash);
    first.tell({ImportPhase::sealing, 3, 7});
  }
  EXPECT_EQ(progress.of(hash), (ImportStep{ImportPhase::sealing, 3, 7}));
}

TEST(ImportProgressTest, PhasesHaveNames) {
  EXPECT_EQ(name_of(ImportPhase::comparing), "comparing");
  EXPECT_EQ(name_of(ImportPhase::sealing), "sealing");
  EXPECT_EQ(name_of(ImportPhase::writing), "writing");
}

}  // namespace
}  // namespace lockstep
