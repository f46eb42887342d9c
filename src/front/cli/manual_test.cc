// SPDX-License-Identifier: Apache-2.0
#include "front/cli/manual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/cli/exit_codes.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A command line with one of everything.
class Manual : public testing::Test {
 protected:
  Manual() : app_("Feeds animals.\n\nFirst:  zoo open", "zoo") {
    app_.add_flag("--quiet", flag_, "Say nothing")->envname("ZOO_QUIET");
    CLI::App& cat = *app_.add_subcommand("cat", "Cats");
    CLI::App& feed = *cat.add_subcommand("feed", "Feeds a cat.");
    feed.add_option("NAME", text_, "Which cat")->required();
    feed.add_option("FOOD", more_, "What");
    feed.add_option("-g,--grams", text_, "How much; it\\he gets - no more");
    feed.footer(
        "Example: zoo cat feed tom\n"
        "         zoo cat feed tom --grams 5\n"
        ".Dots and 'quotes' are text… as is\nthis line.\n\n" +
        std::string(exit_code_help()));
    CLI::App& close = *app_.add_subcommand("close", "Closes the zoo.");
    CLI::Option_group& when = *close.add_option_group("when", "One of");
    when.add_option("DAY", text_, "On which day");
    when.add_flag("--now", flag_, "At once");
    app_.add_subcommand("secret", "For us.")->group("");
  }

  [[nodiscard]] std::string page() const { return man_page(app_, "1.2", "2026-01-31"); }

  bool flag_ = false;
  std::string text_;
  std::vector<std::string> more_;
  CLI::App app_;
};

TEST_F(Manual, VerbsAreCalledByTheirNounAndHiddenOnesAreNot) {
  std::vector<std::string> words;
  for (const CalledVerb& one : verbs_of(app_)) words.push_back(one.words);
  EXPECT_THAT(words, ElementsAre("cat feed", "close"));
}

TEST_F(Manual, ThePageHasWhatTheHelpHas) {
  EXPECT_THAT(page(), HasSubstr(".TH LOCKSTEP 1 2026-01-31 \"Lockstep 1.2\""));
  EXPECT_THAT(page(),
              HasSubstr(".SH DESCRIPTION\nFeeds animals.\n.PP\n.EX\nFirst:  zoo open\n.EE\n"));
  EXPECT_THAT(page(),
              HasSubstr("\n.SS lockstep cat feed NAME [FOOD ...] [OPTIONS]\nFeeds a cat.\n"));
  EXPECT_THAT(page(), HasSubstr(".TP\n.I NAME\nWhich cat\n"));
  EXPECT_THAT(
      page(),
      HasSubstr(".TP\n\\fB\\-g, \\-\\-grams\\fR \\fIVALUE\\fR\nHow much; it\\ehe gets \\- no"));
  EXPECT_THAT(page(), HasSubstr(".TP\n\\fB\\-\\-quiet\\fR\nSay nothing\n.br\nEnvironment: "
                                "\\fBZOO_QUIET\\fR.\n"));
  EXPECT_THAT(page(), Not(HasSubstr("secret")));
}

TEST_F(Manual, OptionsThatExcludeEachOtherAreTheVerbsOwn) {
  EXPECT_THAT(page(), HasSubstr("\n.SS lockstep close [DAY] [OPTIONS]\nCloses the zoo.\n"
                                ".TP\n.I DAY\nOn which day\n"
                                ".TP\n\\fB\\-\\-now\\fR\nAt once\n"));
  EXPECT_THAT(bash_completion(app_), HasSubstr("\n    'close') echo '--help --now --quiet' ;;\n"));
}

TEST_F(Manual, ExamplesStandAsTheyAreAndProseIsFilled) {
  EXPECT_THAT(page(),
              HasSubstr(".PP\nExample:\n.PP\n.EX\n    zoo cat feed tom\n"
                        "    zoo cat feed tom \\-\\-grams 5\n.EE\n"
                        ".PP\n\\&.Dots and 'quotes' are text\\[u2026] as is\nthis line.\n"));
}

TEST_F(Manual, ExitCodesAreListedOnce) {
  EXPECT_THAT(page(), HasSubstr(".SH EXIT STATUS\n.TP\n.B 0\nDone.\n.TP\n.B 1\n"));
  EXPECT_THAT(page(), Not(HasSubstr("Exit codes:")));
}

TEST_F(Manual, BashIsToldWhatFollowsWhat) {
  const std::string script = bash_completion(app_);
  EXPECT_THAT(script, HasSubstr("\n    '') echo 'cat close --help --quiet' ;;\n"));
  EXPECT_THAT(script, HasSubstr("\n    'cat') echo 'feed --help --quiet' ;;\n"));
  EXPECT_THAT(script, HasSubstr("\n    'cat feed') echo '--help --grams --quiet' ;;\n"));
  EXPECT_THAT(script, Not(HasSubstr("secret")));
}

/// The texts of the real verbs: whoever adds one is told here what is missing.
TEST(Verbs, EachSaysWhatItDoesGivesAnExampleAndExplainsItsOptions) {
  CLI::App app("test", "lockstep");
  Action chosen;
  add_online_verbs(app, chosen);
  const std::vector<CalledVerb> verbs = verbs_of(app);
  EXPECT_GT(verbs.size(), 35U);
  for (const auto& [words, verb] : verbs) {
    EXPECT_TRUE(verb->get_description().ends_with('.')) << words;
    EXPECT_THAT(verb->get_footer(), HasSubstr("Example: lockstep " + words)) << words;
    EXPECT_THAT(verb->get_footer(), HasSubstr(std::string(exit_code_help()))) << words;
    for (const CLI::Option* option : verb->get_options()) {
      EXPECT_FALSE(option->get_description().empty()) << words << ' ' << option->get_name();
    }
  }
}

}  // namespace
}  // namespace lockstep
