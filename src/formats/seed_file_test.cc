// SPDX-License-Identifier: Apache-2.0
#include "formats/seed_file.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(SeedFormat, EveryOneIsFoundByItsName) {
  for (const SeedFormat format :
       {SeedFormat::pskc, SeedFormat::csv, SeedFormat::pingid, SeedFormat::entra, SeedFormat::oath,
        SeedFormat::multiotp, SeedFormat::feitian, SeedFormat::yubico,
        SeedFormat::yubico_traditional, SeedFormat::netiq}) {
    EXPECT_EQ(find_seed_format(name_of(format)), format);
  }
  EXPECT_FALSE(find_seed_format("sdtid").has_value());
  EXPECT_FALSE(find_seed_format("").has_value());
}

}  // namespace
}  // namespace lockstep
