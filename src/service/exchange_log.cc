// SPDX-License-Identifier: Apache-2.0
#include "service/exchange_log.h"

#include <algorithm>
#include <utility>

namespace lockstep {

void ExchangeLog::make_room(Entries& entries) {
  while (!entries.empty() && (entries.size() >= kPerClient || count_ >= most_)) {
    entries.pop_back();
    --count_;
  }
}

void ExchangeLog::add(const Sha256Digest& packet, Trust trust, Exchange exchange) {
  const std::scoped_lock lock(mutex_);
  Entries& entries = by_client_[exchange.client];
  if (trust == Trust::none) {
    const auto like = std::ranges::find_if(entries, [&](const Entry& one) {
      return one.trust == Trust::none && one.exchange.fate == exchange.fate;
    });
    if (like != entries.end()) {
      exchange.again = like->exchange.again + 1;
      entries.erase(like);
      --count_;
    }
  }
  make_room(entries);
  if (count_ >= most_) return;
  entries.push_front({packet, trust, std::move(exchange)});
  ++count_;
}

void ExchangeLog::again(const std::string& client, const Sha256Digest& packet) {
  const std::scoped_lock lock(mutex_);
  const auto entries = by_client_.find(client);
  if (entries == by_client_.end()) return;
  const auto found = std::ranges::find(entries->second, packet, &Entry::packet);
  if (found != entries->second.end()) ++found->exchange.again;
}

void ExchangeLog::expect(std::set<std::string, std::less<>> clients) {
  const std::lock_guard lock(mutex_);
  expected_ = std::move(clients);
}

bool ExchangeLog::knows(const std::string& client) const {
  const std::lock_guard lock(mutex_);
  return expected_.contains(client);
}

std::vector<Exchange> ExchangeLog::last(const std::optional<std::string>& client,
                                        std::size_t limit) const {
  const std::scoped_lock lock(mutex_);
  std::vector<Exchange> found;
  for (const auto& [name, entries] : by_client_) {
    if (client && name != *client) continue;
    for (const Entry& one : entries) found.push_back(one.exchange);
  }
  std::ranges::stable_sort(found, std::greater<>(), &Exchange::at);
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace lockstep
