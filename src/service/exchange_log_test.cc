// SPDX-License-Identifier: Apache-2.0
#include "service/exchange_log.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Sha256Digest packet(int number) {
  Sha256Digest digest{};
  digest[0] = static_cast<std::uint8_t>(number);
  digest[1] = static_cast<std::uint8_t>(number >> 8);
  return digest;
}

Exchange exchange(const std::string& client, int second, const std::string& fate = "accepted") {
  Exchange made;
  made.at = WallTime(Seconds(second));
  made.client = client;
  made.user = std::to_string(second);
  made.fate = fate;
  return made;
}

std::string users(const ExchangeLog& log, const std::optional<std::string>& client,
                  std::size_t limit = 100) {
  std::string all;
  for (const Exchange& one : log.last(client, limit)) all += one.user + " ";
  return all;
}

TEST(ExchangeLog, TheNewestComeFirstOfOneClientOrOfAll) {
  ExchangeLog log;
  log.add(packet(1), Trust::proven, exchange("gate", 1));
  log.add(packet(2), Trust::proven, exchange("vpn", 2));
  log.add(packet(3), Trust::proven, exchange("gate", 3));
  EXPECT_EQ(users(log, "gate"), "3 1 ");
  EXPECT_EQ(users(log, {}), "3 2 1 ");
  EXPECT_EQ(users(log, {}, 2), "3 2 ");
  EXPECT_EQ(users(log, "nobody"), "");
}

TEST(ExchangeLog, EachClientKeepsItsLast) {
  ExchangeLog log;
  log.add(packet(999), Trust::proven, exchange("quiet", 0));
  for (int i = 0; i < 40; ++i) log.add(packet(i), Trust::proven, exchange("busy", i));
  EXPECT_EQ(log.last("busy", 100).size(), ExchangeLog::kPerClient);
  EXPECT_EQ(log.last("busy", 100).front().user, "39");
  EXPECT_EQ(users(log, "quiet"), "0 ");
}

TEST(ExchangeLog, WhatComesAgainIsCountedWhereItStands) {
  ExchangeLog log;
  log.add(packet(1), Trust::proven, exchange("gate", 1));
  log.again("gate", packet(1));
  log.again("gate", packet(1));
  log.again("gate", packet(2));
  log.again("nobody", packet(1));
  EXPECT_EQ(log.last("gate", 1).front().again, 2U);
}

TEST(ExchangeLog, NoiseTakesOnePlaceForEachFate) {
  ExchangeLog log;
  log.add(packet(1), Trust::proven, exchange("gate", 1));
  for (int i = 2; i < 100; ++i) log.add(packet(i), Trust::none, exchange("gate", i, "forged"));
  log.add(packet(200), Trust::none, exchange("gate", 100, "unsigned"));
  EXPECT_EQ(users(log, "gate"), "100 99 1 ");
  EXPECT_EQ(log.last("gate", 2).back().again, 97U);
}

TEST(ExchangeLog, AllTogetherHaveALimit) {
  ExchangeLog log(3);
  for (int i = 0; i < 3; ++i) log.add(packet(i), Trust::proven, exchange("first", i));
  log.add(packet(4), Trust::proven, exchange("second", 4));
  EXPECT_EQ(users(log, {}), "2 1 0 ");
  log.add(packet(5), Trust::proven, exchange("first", 5));
  EXPECT_EQ(users(log, "first"), "5 2 1 ");
}

}  // namespace
}  // namespace lockstep
