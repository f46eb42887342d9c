// SPDX-License-Identifier: Apache-2.0
// A real mail server for tests of adapters/smtp: tests/system/lib/smtp_server.py, in a process of
// its own that ends with the fixture.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/handle.h"

namespace lockstep {

class SmtpServer {
 public:
  /// Serves when this returns. `arguments` are the script's.
  explicit SmtpServer(std::vector<std::string> arguments) {
    std::array<int, 2> to_server{};
    std::array<int, 2> from_server{};
    EXPECT_EQ(::pipe2(to_server.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(from_server.data(), O_CLOEXEC), 0);
    arguments.insert(arguments.begin(), {"/usr/bin/python3", "-Wignore",
                                         LOCKSTEP_SOURCE_DIR "/tests/system/lib/smtp_server.py"});
    std::vector<char*> words;
    for (std::string& one : arguments) words.push_back(one.data());
    words.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(to_server[0], STDIN_FILENO);
      ::dup2(from_server[1], STDOUT_FILENO);
      const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
      ::dup2(nowhere, STDERR_FILENO);
      ::execv(words.front(), words.data());
      ::_exit(127);
    }
    ::close(to_server[0]);
    ::close(from_server[1]);
    stdin_ = to_server[1];
    out_.reset(::fdopen(from_server[0], "re"));
    const std::string first = line();
    EXPECT_EQ(first.rfind("{\"port\": ", 0), 0U) << "python3-aiosmtpd: see tools/packages.sh";
    if (first.size() > 9) port_ = static_cast<std::uint16_t>(std::stoi(first.substr(9)));
  }
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;
  ~SmtpServer() {
    ::close(stdin_);
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// The next mail that was taken, as a line of JSON; waits for it.
  std::string line() {
    std::string text;
    for (int c; (c = std::fgetc(out_.get())) != EOF && c != '\n';) text += static_cast<char>(c);
    return text;
  }

 private:
  ::pid_t process_ = -1;
  int stdin_ = -1;
  Handle<std::FILE, std::fclose> out_;
  std::uint16_t port_ = 0;
};

}  // namespace lockstep
