// SPDX-License-Identifier: Apache-2.0
#include "app/server_facts.h"

#include <latch>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Server final : public HttpServer {
 public:
  [[nodiscard]] std::vector<std::uint16_t> ports() const override { return {1}; }
  [[nodiscard]] std::size_t connections() const override { return 12; }
  Result<void> reload_tls(std::size_t, const TlsFiles&) override { return {}; }
  void stop() override {}
};

std::string page_of(const ServerFacts& facts) {
  MetricsPage page;
  facts.write(page);
  return page.text();
}

TEST(ServerFacts, QueuesAreShownWhileThereAreAny) {
  ServerFacts facts("1.2.3", "sqlite");
  EXPECT_THAT(page_of(facts), Not(HasSubstr("lockstep_worker")));

  WorkerPool workers({.threads = 1, .queue_max = 5});
  const Server server;
  std::latch busy(1);
  std::latch end(1);
  WorkerPool::Job first = [&] {
    busy.count_down();
    end.wait();
  };
  WorkerPool::Job second = [] {};
  ASSERT_TRUE(workers.submit(first) && workers.submit(second));
  busy.wait();
  facts.attach(workers, server);
  const std::string page = page_of(facts);
  EXPECT_THAT(page, HasSubstr("\nlockstep_workers 1\n"));
  EXPECT_THAT(page, HasSubstr("\nlockstep_workers_busy 1\n"));
  EXPECT_THAT(page, HasSubstr("\nlockstep_worker_queue_length 1\n"));
  EXPECT_THAT(page, HasSubstr("\nlockstep_worker_queue_limit 5\n"));
  EXPECT_THAT(page, HasSubstr("\nlockstep_http_connections 12\n"));
  facts.detach();
  end.count_down();
  EXPECT_THAT(page_of(facts), Not(HasSubstr("lockstep_worker")));
}

TEST(ServerFacts, TheBuildAndTheProcessAreNamedAsPrometheusExpects) {
  const ServerFacts facts("1.2.3", "postgresql");
  const std::string page = page_of(facts);
  EXPECT_THAT(page, HasSubstr("\nlockstep_build_info{version=\"1.2.3\",store=\"postgresql\"} 1\n"));
  for (const char* name :
       {"process_cpu_seconds_total", "process_start_time_seconds", "process_resident_memory_bytes",
        "process_virtual_memory_bytes", "process_threads", "process_open_fds", "process_max_fds"}) {
    EXPECT_THAT(page, ContainsRegex("\n" + std::string(name) + " [0-9.e+]+\n"));
  }
}

}  // namespace
}  // namespace lockstep
