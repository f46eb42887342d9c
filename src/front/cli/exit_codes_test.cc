// SPDX-License-Identifier: Apache-2.0
#include "front/cli/exit_codes.h"

#include <string>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(ExitCodes, EveryStatusHasTheCodeThatScriptsRelyOn) {
  const struct {
    unsigned status;
    ExitCode expected;
  } cases[] = {
      {200, ExitCode::ok},          {201, ExitCode::ok},          {204, ExitCode::ok},
      {299, ExitCode::ok},          {300, ExitCode::internal},    {400, ExitCode::usage},
      {401, ExitCode::not_allowed}, {403, ExitCode::not_allowed}, {404, ExitCode::not_found},
      {405, ExitCode::usage},       {409, ExitCode::conflict},    {412, ExitCode::conflict},
      {413, ExitCode::usage},       {422, ExitCode::refused},     {429, ExitCode::unavailable},
      {499, ExitCode::usage},       {500, ExitCode::internal},    {503, ExitCode::unavailable},
      {0, ExitCode::internal},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(exit_code_of_status(one.status), one.expected) << one.status;
  }
}

TEST(ExitCodes, EveryErrorHasItsCode) {
  EXPECT_EQ(exit_code_of(Errc::invalid_input), ExitCode::usage);
  EXPECT_EQ(exit_code_of(Errc::unauthenticated), ExitCode::not_allowed);
  EXPECT_EQ(exit_code_of(Errc::not_allowed), ExitCode::not_allowed);
  EXPECT_EQ(exit_code_of(Errc::not_found), ExitCode::not_found);
  EXPECT_EQ(exit_code_of(Errc::conflict), ExitCode::conflict);
  EXPECT_EQ(exit_code_of(Errc::unavailable), ExitCode::unavailable);
  EXPECT_EQ(exit_code_of(Errc::corrupt), ExitCode::internal);
}

TEST(ExitCodes, NumbersNeverChangeTheirMeaning) {
  EXPECT_EQ(static_cast<int>(ExitCode::ok), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::refused), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::usage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::not_found), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::conflict), 4);
  EXPECT_EQ(static_cast<int>(ExitCode::unavailable), 5);
  EXPECT_EQ(static_cast<int>(ExitCode::not_allowed), 6);
  EXPECT_EQ(static_cast<int>(ExitCode::internal), 7);
}

TEST(ExitCodes, TheHelpNamesEveryNumber) {
  for (int code = 0; code <= 7; ++code) {
    EXPECT_NE(exit_code_help().find(std::to_string(code) + " "), std::string_view::npos) << code;
  }
}

TEST(ExitCodes, EachHasItsMeaningInTheTableAndItsNumberInTheHelp) {
  int next = 0;
  for (const ExitCodeMeaning& one : exit_code_table()) {
    EXPECT_EQ(static_cast<int>(one.code), next);
    EXPECT_NE(exit_code_help().find(std::to_string(next) + ' '), std::string_view::npos) << next;
    ++next;
  }
  EXPECT_EQ(next, static_cast<int>(ExitCode::internal) + 1);
}

}  // namespace
}  // namespace lockstep
