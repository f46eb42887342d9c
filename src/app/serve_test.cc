// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include <future>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/data_directory.h"
#include "app/housekeeping.h"
#include "app/local_transport.h"
#include "testing/fake_clock.h"
#include "testing/seeded_random.h"

namespace lockstep {
namespace {

using testing::HasSubstr;

class Serving : public testing::Test {
 protected:
  Serving() {
    auto made = PassingDirectory::make();
    LOCKSTEP_ASSERT(made.has_value());
    directory_.emplace(std::move(*made));
    LOCKSTEP_ASSERT(create_data_directory(data(), random_).has_value());
  }

  [[nodiscard]] std::filesystem::path data() const { return directory_->path() / "data"; }

  /// The answer of a data directory that no server has open.
  ApiReply ask(const std::string& method, const std::string& target, const std::string& body = "") {
    auto site = open_site(data(), clock_, random_);
    LOCKSTEP_ASSERT(site.has_value());
    LocalTransport transport(std::move(*site));
    return transport.send({method, target, body}).value();
  }

  FakeClock clock_;
  SeededRandom random_{7};
  std::optional<PassingDirectory> directory_;
};

TEST_F(Serving, TakesCommandsOnItsSocketUntilItIsStopped) {
  Config config = default_config(data());
  config.listen.port = 0;
  config.workers.threads = 2;
  std::promise<std::uint16_t> started;
  std::promise<void> stop;
  Result<void> ended;
  std::thread server([&] {
    ended = serve(config, clock_, random_,
                  {.started = [&](const Running& running) { started.set_value(running.port); },
                   .wait_for_stop = [&] { stop.get_future().wait(); }});
  });
  EXPECT_GT(started.get_future().get(), 0);
  EXPECT_TRUE(is_listening(config.admin_socket));
  SocketTransport transport(config.admin_socket);
  const auto added = transport.send({"PUT", "/api/v1/users/anna", "{}"});
  EXPECT_TRUE(added && added->status == 201);

  const auto second = open_site(data(), clock_, random_);
  EXPECT_TRUE(!second && second.error().code == Errc::unavailable);

  stop.set_value();
  server.join();
  EXPECT_TRUE(ended) << ended.error().context;
  EXPECT_FALSE(is_listening(config.admin_socket));
  const std::string audit = ask("GET", "/api/v1/audit").body;
  EXPECT_THAT(audit, HasSubstr("service.started"));
  EXPECT_THAT(audit, HasSubstr("service.stopped"));
  EXPECT_THAT(audit, HasSubstr("user.created"));
}

TEST_F(Serving, WithoutDataDirectoryItDoesNotStart) {
  const auto ended = serve(default_config(data() / "none"), clock_, random_,
                           {.started = [](const Running&) {}, .wait_for_stop = [] {}});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::not_found);
}

TEST_F(Serving, InProcessTheCallerIsTheOwner) {
  EXPECT_EQ(ask("PUT", "/api/v1/users/a%20b", R"({"last_name":"Lind"})").status, 201U);
  const ApiReply found = ask("GET", "/api/v1/users?q=lind&limit=5");
  EXPECT_EQ(found.status, 200U);
  EXPECT_THAT(found.body, HasSubstr("\"a b\""));
  EXPECT_EQ(ask("GET", "/api/v1/nothing").status, 404U);
}

TEST_F(Serving, HousekeepingDeletesTicketsThatExpired) {
  auto site = open_site(data(), clock_, random_);
  ASSERT_TRUE(site);
  Ticket ticket;
  ticket.hash[0] = 1;
  ticket.data = "{}";
  ticket.expires_at = clock_.now().wall + Seconds(60);
  ASSERT_TRUE(site->store->commit({{InsertTicket{ticket}}, {}}));
  ASSERT_TRUE(keep_house(*site->services));
  EXPECT_TRUE(site->store->ticket(ticket.hash).value().has_value());
  clock_.advance(Seconds(61));
  ASSERT_TRUE(keep_house(*site->services));
  EXPECT_FALSE(site->store->ticket(ticket.hash).value().has_value());
}

}  // namespace
}  // namespace lockstep
