// SPDX-License-Identifier: Apache-2.0
// From work to its reply, for every transport. Internal to front/radius: brings Asio with it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "front/http/worker_pool.h"
#include "front/radius/desk.h"

namespace lockstep {

/// Has work judged by the workers and its reply sent, rejections no earlier than they may. All it
/// is given outlive it.
class RadiusAnswers {
 public:
  /// Sends a reply; called at most once, from any thread.
  using Send = std::function<void(const Bytes&)>;

  /// Rejections that are held back at once. Further ones are not sent; who asks again is given what
  /// was decided.
  static constexpr std::size_t kHeldMax = 4'096;

  RadiusAnswers(boost::asio::io_context& io, RadiusDesk& desk, WorkerPool& workers,
                std::size_t held_max = kHeldMax)
      : io_(io), desk_(desk), workers_(workers), held_max_(held_max) {}

  /// From the thread of `io`.
  void give(RadiusWork work, Send send);

  /// Waits until all that was given has its end. From another thread, while `io` runs.
  void drain();

 private:
  struct Task {
    RadiusWork work;
    Send send;
  };

  void answer(const std::shared_ptr<Task>& task);
  void hold(const std::shared_ptr<Task>& task, RadiusReply reply);
  void finish(Task& task, const std::optional<RadiusReply>& reply);
  void end_one(Task& task);

  boost::asio::io_context& io_;
  RadiusDesk& desk_;
  WorkerPool& workers_;
  const std::size_t held_max_;
  std::size_t held_ = 0;  ///< belongs to the thread of `io`
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = 0;
};

}  // namespace lockstep
