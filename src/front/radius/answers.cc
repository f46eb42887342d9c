// SPDX-License-Identifier: Apache-2.0
#include "front/radius/answers.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace lockstep {

namespace asio = boost::asio;

void RadiusAnswers::give(RadiusWork work, Send send) {
  // Shared by the job and, where there is no room for it, by us; later by the timer.
  auto task = std::make_shared<Task>(Task{std::move(work), std::move(send)});
  {
    const std::scoped_lock lock(mutex_);
    ++running_;
  }
  WorkerPool::Job job = [this, task] { answer(task); };
  if (workers_.submit(job)) return;
  desk_.refuse(task->work);
  end_one(*task);
}

void RadiusAnswers::answer(const std::shared_ptr<Task>& task) {
  std::optional<RadiusReply> reply = desk_.judge(task->work);
  if (!reply || reply->hold <= Micros::zero()) {
    finish(*task, reply);
    return;
  }
  asio::post(io_,
             [this, task, held = *std::move(reply)]() mutable { hold(task, std::move(held)); });
}

void RadiusAnswers::hold(const std::shared_ptr<Task>& task, RadiusReply reply) {
  if (held_ >= held_max_) {
    // It was decided and charged: were it forgotten, the retransmit would be charged once more.
    desk_.done(task->work, reply);
    end_one(*task);
    return;
  }
  ++held_;
  // Owned by its own handler.
  auto timer = std::make_shared<asio::steady_timer>(io_, reply.hold);
  timer->async_wait([this, task, timer, reply = std::move(reply)](boost::system::error_code) {
    --held_;
    finish(*task, reply);
  });
}

void RadiusAnswers::finish(Task& task, const std::optional<RadiusReply>& reply) {
  // Known as answered before anybody can have the answer.
  desk_.done(task.work, reply);
  if (reply) task.send(reply->bytes);
  end_one(task);
}

void RadiusAnswers::end_one(Task& task) {
  // It may hold a connection of the io_context, which goes when drain() has returned: what still
  // holds the task, a job on its way out, must not be the last to hold that.
  asio::post(io_, [send = std::exchange(task.send, nullptr)] {});
  const std::scoped_lock lock(mutex_);
  if (--running_ == 0) changed_.notify_all();
}

void RadiusAnswers::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return running_ == 0; });
}

}  // namespace lockstep
