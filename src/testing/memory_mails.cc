// SPDX-License-Identifier: Apache-2.0
// What a MemoryStore answers about mails and codes by mail.
#include <algorithm>
#include <tuple>

#include "core/model/mail_queue.h"
#include "testing/memory_store.h"
#include "testing/page_limit.h"

namespace lockstep {

Result<std::vector<Mail>> MemoryStore::due_mails(WallTime now, std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  const std::scoped_lock lock(mutex_);
  std::vector<Mail> found;
  for (const auto& [id, mail] : rows_.mails) {
    if (mail.state == MailState::waiting && mail.next_try_at <= now) found.push_back(mail);
  }
  std::ranges::sort(found, {}, [](const Mail& one) {
    return std::tuple(!is_urgent(one.event), one.next_try_at, one.id);
  });
  if (found.size() > limit) found.erase(found.begin() + limit, found.end());
  return found;
}

Result<std::vector<Mail>> MemoryStore::newest_mails(std::uint32_t limit) {
  LOCKSTEP_CHECK(check_limit(limit));
  const std::scoped_lock lock(mutex_);
  std::vector<Mail> found;
  for (const auto& [id, mail] : rows_.mails) found.push_back(mail);
  std::ranges::sort(found, std::ranges::greater{},
                    [](const Mail& one) { return std::pair(one.created_at, one.id); });
  if (found.size() > limit) found.erase(found.begin() + limit, found.end());
  return found;
}

Result<MailCounts> MemoryStore::mail_counts() {
  const std::scoped_lock lock(mutex_);
  MailCounts counts;
  for (const auto& [id, mail] : rows_.mails) {
    if (mail.state == MailState::waiting) ++counts.waiting;
    if (mail.state == MailState::sent) ++counts.sent;
    if (mail.state == MailState::given_up) ++counts.given_up;
  }
  return counts;
}

Result<std::optional<MailCode>> MemoryStore::mail_code(UserId user, MailCodePurpose purpose) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.mail_codes.find({user, purpose});
  if (found == rows_.mail_codes.end()) return std::nullopt;
  return found->second;
}

}  // namespace lockstep
