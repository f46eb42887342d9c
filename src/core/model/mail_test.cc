// SPDX-License-Identifier: Apache-2.0
#include "core/model/mail.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(MailEvent, IsFoundByItsName) {
  for (int i = 0; i <= static_cast<int>(MailEvent::link); ++i) {
    const auto event = static_cast<MailEvent>(i);
    EXPECT_EQ(parse_mail_event(name_of(event)), event) << name_of(event);
  }
  EXPECT_EQ(name_of(MailEvent::temporary_code), "temporary_code");
  EXPECT_EQ(parse_mail_event("Link"), std::nullopt);
  EXPECT_EQ(parse_mail_event(""), std::nullopt);
}

}  // namespace
}  // namespace lockstep
