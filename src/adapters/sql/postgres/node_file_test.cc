// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres/node_file.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/seeded_random.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

TEST(NodeFile, TheNameStaysUntilItIsRenewed) {
  const TemporaryDirectory directory;
  SeededRandom random(1);
  const NodeId first = read_or_make_node(directory.path(), random).value();
  EXPECT_NE(first, NodeId(0));
  EXPECT_EQ(read_or_make_node(directory.path(), random).value(), first);
  const NodeId second = renew_node(directory.path(), random).value();
  EXPECT_NE(second, first);
  EXPECT_EQ(read_or_make_node(directory.path(), random).value(), second);
}

TEST(NodeFile, WhatIsNoNameIsNotTakenForOne) {
  for (const char* const text :
       {"", "0\n", "anna\n", "12 13\n", "12x\n", "-1\n", "99999999999999999999999\n"}) {
    const TemporaryDirectory directory;
    std::ofstream(node_file_path(directory.path())) << text;
    SeededRandom random(1);
    const auto node = read_or_make_node(directory.path(), random);
    ASSERT_FALSE(node) << text;
    EXPECT_EQ(node.error().code, Errc::corrupt);
    EXPECT_THAT(node.error().context, HasSubstr(node_file_path(directory.path()).string()));
  }
}

TEST(NodeFile, ADirectoryThatIsGoneSaysSo) {
  SeededRandom random(1);
  const auto node = renew_node("/proc/nowhere", random);
  ASSERT_FALSE(node);
  EXPECT_EQ(node.error().code, Errc::unavailable);
  EXPECT_THAT(node.error().context, HasSubstr("/proc/nowhere"));
}

}  // namespace
}  // namespace lockstep
