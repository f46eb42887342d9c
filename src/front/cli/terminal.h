// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lockstep {

/// Whether what is typed shows on the screen.
enum class Echo { on, off };

/// The person, or the script, on the other side of a command. Implementations: ProcessTerminal;
/// tests have one that writes to strings. One thread.
class Terminal {
 public:
  Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  virtual ~Terminal() = default;

  /// Lines longer than this are refused: no password or answer is.
  static constexpr std::size_t kLineBytesMax = 4096;

  /// What was asked for.
  virtual void out(std::string_view text) = 0;
  /// Everything else: errors, progress, prompts.
  virtual void err(std::string_view text) = 0;
  /// Asks the person at the terminal. Errors: unavailable, when there is no terminal.
  virtual Result<std::string> ask(std::string_view prompt, Echo echo) = 0;
  /// The next line of standard input, without its end. Errors: invalid_input, when there is none.
  virtual Result<std::string> input_line() = 0;
  /// Waits before the server is asked again how far long work is.
  virtual void pause() = 0;
};

/// Standard output, standard error, standard input and, for questions, /dev/tty.
class ProcessTerminal : public Terminal {
 public:
  void out(std::string_view text) override;
  void err(std::string_view text) override;
  Result<std::string> ask(std::string_view prompt, Echo echo) override;
  Result<std::string> input_line() override;
  /// Half a second.
  void pause() override;
};

/// Where a password or PIN comes from. Never from the command line, which every process can read.
enum class SecretFrom { prompt, standard_input };

/// A password or PIN: asked for twice without echo, or one line of standard input.
/// Errors: invalid_input, when it is empty or the two differ; unavailable, without a terminal.
[[nodiscard]] Result<std::string> new_secret(Terminal& terminal, std::string_view what,
                                             SecretFrom from);

/// As `new_secret`, for one that exists already: asked for once.
[[nodiscard]] Result<std::string> known_secret(Terminal& terminal, std::string_view what,
                                               SecretFrom from);

}  // namespace lockstep
