// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string option(const PostgresUrl& url, std::string_view keyword, std::size_t first = 0) {
  for (const auto& [name, value] : url.options(first)) {
    if (name == keyword) return value;
  }
  return "(none)";
}

TEST(PostgresUrl, SaysWhereTheDatabaseIsWithoutThePassword) {
  const struct {
    const char* url;
    const char* shown;
  } cases[] = {
      {"postgresql://lockstep:hush@db1:5433/otp", "db1:5433/otp"},
      {"postgres://lockstep:hush@db1,db2:5433/otp?password=hush", "db1,db2:5433/otp"},
      {"postgresql:///otp?host=/run/postgresql&password=hush", "/run/postgresql/otp"},
      {"postgresql://[::1]:1/otp", "::1:1/otp"},
      {"postgresql:///otp", "localhost/otp"},
  };
  for (const auto& one : cases) {
    const auto url = PostgresUrl::parse(one.url);
    ASSERT_TRUE(url) << one.shown;
    EXPECT_EQ(url->shown(), one.shown);
  }
}

TEST(PostgresUrl, WhatIsNoneIsRefusedWithoutAWordOfIt) {
  for (const char* const text :
       {"", "hush", "mysql://u:hush@h/d", "postgresql://h/d?hush=1", "postgresql://h/d?%zz=hush"}) {
    const auto url = PostgresUrl::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Errc::invalid_input);
    EXPECT_THAT(url.error().context, Not(HasSubstr("hush")));
  }
}

TEST(PostgresUrl, AsksForAServerThatWritesWhateverTheUrlSays) {
  const auto url = PostgresUrl::parse("postgresql://h/d?target_session_attrs=any").value();
  EXPECT_EQ(option(url, "target_session_attrs"), "read-write");
  EXPECT_EQ(option(url, "client_encoding"), "UTF8");
}

TEST(PostgresUrl, AHostIsTriedForThreeSecondsUnlessTheUrlSaysOtherwise) {
  EXPECT_EQ(option(PostgresUrl::parse("postgresql://h/d").value(), "connect_timeout"), "3");
  EXPECT_EQ(
      option(PostgresUrl::parse("postgresql://h/d?connect_timeout=7").value(), "connect_timeout"),
      "7");
}

TEST(PostgresUrl, BeginsAtAnyOfItsHosts) {
  const auto url = PostgresUrl::parse("postgresql://a:1,b:2,c:3/d").value();
  EXPECT_EQ(url.hosts(), 3U);
  EXPECT_EQ(option(url, "host", 0), "a,b,c");
  EXPECT_EQ(option(url, "host", 1), "b,c,a");
  EXPECT_EQ(option(url, "port", 1), "2,3,1");
  EXPECT_EQ(option(url, "host", 5), "c,a,b");
}

TEST(PostgresUrl, OnePortStandsForAllHosts) {
  const auto url = PostgresUrl::parse("postgresql://a,b/d?port=5433").value();
  EXPECT_EQ(option(url, "host", 1), "b,a");
  EXPECT_EQ(option(url, "port", 1), "5433");
}

}  // namespace
}  // namespace lockstep
