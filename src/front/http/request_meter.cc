// SPDX-License-Identifier: Apache-2.0
#include "front/http/request_meter.h"

namespace lockstep {

void RequestMeter::answered(Method method, std::string_view route, int status) {
  const std::scoped_lock lock(mutex_);
  ++answers_[Key(route, method, status)];
}

void RequestMeter::refused(RefusalKind kind) {
  const std::scoped_lock lock(mutex_);
  ++refusals_[kind];
}

std::vector<RequestMeter::Answers> RequestMeter::answers() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Answers> result;
  result.reserve(answers_.size());
  for (const auto& [key, count] : answers_) {
    const auto& [route, method, status] = key;
    result.push_back({method, route, status, count});
  }
  return result;
}

std::vector<RequestMeter::Refusals> RequestMeter::refusals() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Refusals> result;
  result.reserve(refusals_.size());
  for (const auto& [kind, count] : refusals_) result.push_back({kind, count});
  return result;
}

}  // namespace lockstep
