// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/qr_code.h"
#include "front/cli/script_terminal.h"
#include "front/cli/script_transport.h"
#include "front/cli/verbs.h"

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kUri = "otpauth://totp/Lockstep:anna?secret=GEZDGNBVGY3TQOJQ";
constexpr const char* kCreated =
    R"({"token":{"serial":"LS1"},"seed":{"base32":"GEZDGNBVGY3TQOJQ",)"
    R"("otpauth_uri":"otpauth://totp/Lockstep:anna?secret=GEZDGNBVGY3TQOJQ","qr_svg":"<svg/>"}})";

class EnrolVerb : public testing::Test {
 protected:
  ExitCode run(const std::string& options, Format format = Format::words) {
    CLI::App app("test", "lockstep");
    Action chosen;
    add_enrol_verb(app, chosen);
    app.parse("enrol anna " + options);
    CliSession session{terminal_, transport_, format};
    return chosen(session);
  }

  ScriptTerminal terminal_;
  ScriptTransport transport_;
};

TEST_F(EnrolVerb, ShowsTheCodeAndTriesTheFirstOne) {
  terminal_.answers = {"123456"};
  transport_.replies = {{201, kCreated}, {200, R"({"result":"in_step"})"}};
  EXPECT_EQ(run(""), ExitCode::ok);
  ASSERT_EQ(transport_.requests.size(), 2U);
  EXPECT_EQ(transport_.requests[0].body, R"({"kind":"totp","form":"software","owner":"anna"})");
  EXPECT_EQ(transport_.requests[1].target, "/api/v1/tokens/LS1/test");
  EXPECT_EQ(transport_.requests[1].body, R"({"code":"123456"})");
  EXPECT_THAT(terminal_.said, HasSubstr(QrCode::of(kUri)->terminal()));
  EXPECT_THAT(terminal_.said, HasSubstr("GEZDGNBVGY3TQOJQ\n"));
}

TEST_F(EnrolVerb, AWrongFirstCodeIsAnExitCode) {
  terminal_.answers = {"000000"};
  transport_.replies = {{201, kCreated},
                        {403, R"({"title":"No","status":403,"reason":"no_match"})"}};
  EXPECT_NE(run(""), ExitCode::ok);
}

TEST_F(EnrolVerb, PutsTheCodeIntoAFile) {
  const std::string path = testing::TempDir() + "enrol_verb.svg";
  std::filesystem::remove(path);
  transport_.replies = {{201, kCreated}};
  EXPECT_EQ(run("--unchecked --svg " + path), ExitCode::ok);
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  EXPECT_EQ(content.str(), QrCode::of(kUri)->svg() + '\n');
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_THAT(terminal_.said, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(terminal_.prompts.empty());
  std::filesystem::remove(path);
}

TEST_F(EnrolVerb, AFileOrLinkThatIsThereIsLeftAloneAndNoTokenIsMade) {
  const std::string target = testing::TempDir() + "enrol_target.svg";
  const std::string link = testing::TempDir() + "enrol_link.svg";
  std::filesystem::remove(link);
  std::ofstream(target) << "mine";
  std::filesystem::create_symlink(target, link);
  for (const std::string& path : {target, link}) {
    EXPECT_EQ(run("--unchecked --svg " + path), ExitCode::conflict) << path;
  }
  EXPECT_TRUE(transport_.requests.empty());
  EXPECT_EQ(std::filesystem::file_size(target), 4U);
  std::filesystem::remove(link);
  std::filesystem::remove(target);
}

TEST_F(EnrolVerb, WhereThereIsNoTokenThereIsNoFile) {
  const std::string path = testing::TempDir() + "enrol_none.svg";
  std::filesystem::remove(path);
  transport_.replies = {{404, R"({"title":"There is no user anna","status":404})"}};
  EXPECT_EQ(run("--svg " + path), ExitCode::not_found);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(EnrolVerb, SaysWhenTheFileCannotBeWritten) {
  EXPECT_NE(run("--svg /nowhere/x.svg"), ExitCode::ok);
  EXPECT_THAT(terminal_.complained, HasSubstr("/nowhere/x.svg cannot be written"));
}

TEST_F(EnrolVerb, AsJsonIsTheAnswerAndAsksNothing) {
  transport_.replies = {{201, kCreated}};
  EXPECT_EQ(run("--digits 8 --hash sha256 --model App", Format::json), ExitCode::ok);
  EXPECT_EQ(transport_.requests.at(0).body,
            R"({"kind":"totp","form":"software","owner":"anna","model":"App",)"
            R"("algorithm":"sha256","digits":8})");
  EXPECT_THAT(terminal_.said, HasSubstr("otpauth_uri"));
  EXPECT_TRUE(terminal_.prompts.empty());
}

TEST_F(EnrolVerb, WithoutTheUserNothingIsShown) {
  transport_.replies = {{404, R"({"title":"There is no user anna","status":404})"}};
  EXPECT_NE(run(""), ExitCode::ok);
  EXPECT_EQ(terminal_.said, "");
}

}  // namespace
}  // namespace lockstep
