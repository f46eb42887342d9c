// SPDX-License-Identifier: Apache-2.0
// The other end of a connection, for tests: plain sockets, so that what is sent is what is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep {

/// An answer as it came over the line.
struct Heard {
  int status = 0;
  std::string head;  ///< status line and header fields
  std::string body;
};

/// A connection to a server under test. Every read gives up after kPatience, as failed.
class Line {
 public:
  static Line to_port(std::uint16_t port);
  static Line to_socket(const std::string& path);
  Line(Line&& other) noexcept;
  Line& operator=(Line&&) = delete;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();

  /// Sends `text`; what a server that closed does not take is dropped.
  void send(std::string_view text) const;
  /// The next answer; nullopt when the server closes first.
  std::optional<Heard> hear();
  /// Whether the server closes without another word.
  bool hears_the_end();

  static constexpr int kPatienceSeconds = 30;

 private:
  explicit Line(int socket);
  bool read_more();

  int socket_;
  std::string unread_;
};

}  // namespace lockstep
