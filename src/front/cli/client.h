// SPDX-License-Identifier: Apache-2.0
// How a verb reaches the API: one request, one reply, over the admin socket of the running server
// or, where none runs, in this process (app/local_transport).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lockstep {

/// One REST call. `target` starts with "/api/v1/" and is percent-encoded.
struct ApiRequest {
  std::string method;
  std::string target;
  std::string body;
  std::string content_type = "application/json";
  std::string if_match = {};  ///< an ETag; "": whatever is there
};

/// What came back: any status, also an error's.
struct ApiReply {
  unsigned status = 0;
  std::string body;
};

/// Carries a request to the API as the owner. One call at a time, unless `is_parallel`.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Errors: unavailable, when there is nobody to answer or the answer was cut off. A status of
  /// any kind is an answer.
  virtual Result<ApiReply> send(const ApiRequest& request) = 0;
  /// Whether another thread may send while one waits for its answer.
  [[nodiscard]] virtual bool is_parallel() const { return false; }
};

/// Over the admin socket of a running server.
class SocketTransport : public Transport {
 public:
  explicit SocketTransport(std::filesystem::path socket) : socket_(std::move(socket)) {}

  /// Answers longer than this are an error: no page of a list comes near it.
  static constexpr std::size_t kReplyBytesMax = 64UL << 20U;
  /// Connecting to a local socket takes no time; an import of 100,000 tokens takes a while.
  static constexpr long kConnectSecondsMax = 5;
  static constexpr long kCallSecondsMax = 600;

  Result<ApiReply> send(const ApiRequest& request) override;
  [[nodiscard]] bool is_parallel() const override { return true; }

 private:
  std::filesystem::path socket_;
};

/// Whether somebody listens on the Unix socket `path`.
[[nodiscard]] bool is_listening(const std::filesystem::path& path);

/// `text` for use inside a path segment or a query value: everything but unreserved characters of
/// RFC 3986 section 2.3 as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// A target built from a path and the query members that have a value.
class Target {
 public:
  explicit Target(std::string path) : text_(std::move(path)) {}

  /// Adds "/segment", encoded.
  Target& segment(std::string_view segment);
  /// Adds "name=value", encoded; nothing when `value` is empty.
  Target& query(std::string_view name, std::string_view value);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool has_query_ = false;
};

}  // namespace lockstep
