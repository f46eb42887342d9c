// SPDX-License-Identifier: Apache-2.0
#include "core/model/names.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = lockstep::text_of(data, size);
  // A name is its own canonical spelling: else one person would have two records and two budgets.
  if (const auto user = lockstep::UserName::parse(text); user) {
    LOCKSTEP_ASSERT(lockstep::UserName::parse(user->text()).value() == *user);
  }
  if (const auto group = lockstep::GroupName::parse(text); group) {
    LOCKSTEP_ASSERT(lockstep::GroupName::parse(group->text()).value() == *group);
  }
  if (const auto serial = lockstep::Serial::parse(text); serial) {
    LOCKSTEP_ASSERT(lockstep::Serial::parse(serial->text()).value() == *serial);
  }
  return 0;
}
