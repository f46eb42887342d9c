// SPDX-License-Identifier: Apache-2.0
#include "front/radius/answers.h"

#include <thread>

#include <boost/asio/executor_work_guard.hpp>

#include "front/radius/desk_fixture.h"

namespace lockstep {
namespace {

TEST_F(DeskTest, ARejectionThatThereIsNoRoomToHoldIsNotDecidedTwice) {
  for (int i = 0; i < 120; ++i) {
    EXPECT_EQ(answer({.user = "nobody", .password = "000000", .id = static_cast<std::uint8_t>(i)}),
              "reject");
  }
  const Asked asked{.user = "nobody", .password = "000000", .id = 200};
  auto work = desk->receive(packet_of(asked), sender());
  ASSERT_TRUE(std::holds_alternative<RadiusWork>(work));

  boost::asio::io_context io;
  WorkerPool workers({.threads = 1, .queue_max = 1});
  RadiusAnswers answers(io, *desk, workers, 0);
  auto guard = boost::asio::make_work_guard(io);
  std::thread thread([&] { io.run(); });
  int sent = 0;
  answers.give(std::get<RadiusWork>(std::move(work)), [&](const Bytes&) { ++sent; });
  answers.drain();
  guard.reset();
  thread.join();
  workers.stop();

  EXPECT_EQ(sent, 0) << "so many wait already";
  auto again = desk->receive(packet_of(asked), sender());
  ASSERT_TRUE(std::holds_alternative<Bytes>(again)) << "who asks again is told";
  EXPECT_EQ(read(std::get<Bytes>(again), asked).code(), RadiusCode::access_reject);
}

}  // namespace
}  // namespace lockstep
