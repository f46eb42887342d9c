// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres/server.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/assert.h"

namespace lockstep {

PostgresServer::PostgresServer(PostgresUrl url)
    : url_(std::move(url)), timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  LOCKSTEP_ASSERT(timer_ >= 0);
}

PostgresServer::~PostgresServer() { static_cast<void>(::close(timer_)); }

Result<PostgresServer::Session> PostgresServer::connect() {
  std::size_t first = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (back_off_ > 0 && (trying_ || !is_due())) {
      return fail(Errc::unavailable, "the database " + shown() + " is away");
    }
    trying_ = true;
    first = first_host_;
  }
  Result<Session> session = try_hosts(first);
  const std::scoped_lock lock(mutex_);
  trying_ = false;
  if (session) {
    back_off_ = 0;
  } else {
    leave_alone();
  }
  return session;
}

void PostgresServer::begin_elsewhere() {
  const std::scoped_lock lock(mutex_);
  first_host_ = (first_host_ + 1) % std::max<std::size_t>(url_.hosts(), 1);
}

Result<PostgresServer::Session> PostgresServer::try_hosts(std::size_t first) {
  const auto options = url_.options(first);
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : options) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  Session session(PQconnectdbParams(keywords.data(), values.data(), 0));
  if (!session) return fail(Errc::unavailable, "no memory for a connection");
  if (PQstatus(session.get()) == CONNECTION_OK) return session;
  std::string why = PQerrorMessage(session.get());  // holds no password
  std::ranges::replace(why, '\n', ' ');
  return fail(Errc::unavailable, "cannot reach the database " + shown() + ": " + why);
}

bool PostgresServer::is_due() const {
  ::pollfd timer{timer_, POLLIN, 0};
  return ::poll(&timer, 1, 0) == 1;
}

void PostgresServer::leave_alone() {
  back_off_ = std::clamp(2 * back_off_, kBackOffMillisecondsMin, kBackOffMillisecondsMax);
  ::itimerspec due{};
  due.it_value.tv_sec = back_off_ / 1'000;
  due.it_value.tv_nsec = (back_off_ % 1'000) * 1'000'000L;
  LOCKSTEP_ASSERT(::timerfd_settime(timer_, 0, &due, nullptr) == 0);
}

}  // namespace lockstep
