// SPDX-License-Identifier: Apache-2.0
#include "front/rest/failure_log.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "formats/json.h"

namespace lockstep {
namespace {

constexpr int kOurs = 500;
constexpr std::string_view kLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
constexpr std::size_t kGroup = 4;

std::string drawn(Random& random) {
  std::string text;
  std::uint64_t left = random.id();
  for (std::size_t i = 0; i < 2 * kGroup; ++i) {
    if (i == kGroup) text += '-';
    text += kLetters[left % kLetters.size()];
    left /= kLetters.size();
  }
  return text;
}

std::string text_in(const boost::json::object& body, std::string_view name) {
  const boost::json::value* value =
      body.if_contains(boost::json::string_view(name.data(), name.size()));
  if (value == nullptr || !value->is_string()) return "";
  return std::string(value->get_string());
}

/// What a problem says of itself: "overloaded: too many large requests at once".
std::string cause_in(const boost::json::object& body) {
  const std::string detail = text_in(body, "detail");
  return text_in(body, "reason") + (detail.empty() ? "" : ": " + detail);
}

}  // namespace

std::string FailureLog::note(const std::string& why) {
  const std::scoped_lock lock(mutex_);
  const Instant now = clock_.now();
  std::erase_if(causes_, [&](const Cause& one) { return elapsed(one.at, now) >= kShared; });
  const auto known = std::ranges::find(causes_, why, &Cause::why);
  if (known != causes_.end()) return known->reference;
  if (causes_.size() == kCausesMax) causes_.erase(causes_.begin());
  causes_.push_back({why, drawn(random_), now});
  write_(why, causes_.back().reference);
  return causes_.back().reference;
}

Response FailureLog::refer(Response response, std::string why) {
  if (response.status < kOurs) return response;
  Result<boost::json::value> parsed = parse_json(response.body);
  if (!parsed || !parsed->is_object()) return response;
  boost::json::object& body = parsed->get_object();
  if (why.empty()) why = cause_in(body);
  body["reference"] = note(why);
  response.body = to_json(body);
  return response;
}

}  // namespace lockstep
