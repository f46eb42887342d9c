// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/service_manager.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "testing/notify_ear.h"
#include "testing/temporary_directory.h"

namespace lockstep {
namespace {

using std::chrono::microseconds;
using testing::MatchesRegex;

TEST(ServiceManager, IsToldWhatItUnderstands) {
  const TemporaryDirectory directory;
  const std::string name = directory.path() / "notify";
  const NotifyEar ear(name);
  const ServiceManager manager(name, microseconds(10'000'000));
  manager.ready("port 8480");
  EXPECT_EQ(ear.heard(), "READY=1\nSTATUS=port 8480\n");
  manager.reloading();
  EXPECT_THAT(ear.heard(), MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+\n"));
  manager.alive();
  EXPECT_EQ(ear.heard(), "WATCHDOG=1\n");
  manager.stopping();
  EXPECT_EQ(ear.heard(), "STOPPING=1\nSTATUS=stopping\n");
}

TEST(ServiceManager, MayListenAtAnAbstractName) {
  const std::string name = "@lockstep-test-" + std::to_string(::getpid());
  const NotifyEar ear(name);
  ServiceManager(name, {}).alive();
  EXPECT_EQ(ear.heard(), "WATCHDOG=1\n");
}

TEST(ServiceManager, WhoIsNotThereIsNotWaitedFor) {
  ServiceManager("", {}).ready("");
  ServiceManager("/nonexistent/notify", {}).ready("");
  ServiceManager(std::string(200, 'x'), {}).ready("");
  EXPECT_EQ(ServiceManager("", microseconds(10)).alive_every(), std::nullopt);
}

TEST(ServiceManager, HearsTwiceInTheTimeItAllows) {
  EXPECT_EQ(ServiceManager::of("/run/x", "30000000", std::to_string(::getpid())).alive_every(),
            microseconds(15'000'000));
  EXPECT_EQ(ServiceManager::of("/run/x", "30000000", "").alive_every(), microseconds(15'000'000));
}

TEST(ServiceManager, AnothersWatchdogIsNotOurs) {
  const struct {
    const char* micros;
    const char* pid;
  } cases[] = {{"30000000", "1"}, {"0", ""}, {"x", ""}, {"", ""}, {"-5", ""}};
  for (const auto& one : cases) {
    EXPECT_EQ(ServiceManager::of("/run/x", one.micros, one.pid).alive_every(), std::nullopt)
        << one.micros;
  }
}

}  // namespace
}  // namespace lockstep
