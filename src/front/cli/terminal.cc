// SPDX-License-Identifier: Apache-2.0
#include "front/cli/terminal.h"

#include <cstdio>

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace lockstep {
namespace {

void write_all(std::FILE* to, std::string_view text) {
  // Nothing sensible is left to do when the screen is gone; the exit code still tells the result.
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), to));
  static_cast<void>(std::fflush(to));
}

/// Byte by byte, so that nothing behind the line is taken from the next reader.
Result<std::string> read_line(int descriptor) {
  std::string line;
  bool any = false;
  while (line.size() <= Terminal::kLineBytesMax) {
    char byte = 0;
    const ssize_t count = ::read(descriptor, &byte, 1);
    if (count < 0) return fail(Errc::unavailable, "cannot read the answer");
    if (count == 0 && !any) return fail(Errc::invalid_input, "standard input is at its end");
    if (count == 0 || byte == '\n') return line;
    any = true;
    if (byte != '\r') line += byte;
  }
  return fail(Errc::invalid_input, "the line is longer than any password");
}

/// The terminal itself, whatever standard input is; its settings come back when this goes.
class Tty {
 public:
  explicit Tty(Echo echo) : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (descriptor_ < 0 || echo == Echo::on) return;
    if (::tcgetattr(descriptor_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(descriptor_, TCSAFLUSH, &quiet) == 0;
  }
  Tty(const Tty&) = delete;
  Tty& operator=(const Tty&) = delete;
  ~Tty() {
    if (changed_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
    if (changed_) say("\n");
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] bool is_quiet() const { return changed_; }
  void say(std::string_view text) const {
    static_cast<void>(::write(descriptor_, text.data(), text.size()) < 0);
  }
  [[nodiscard]] Result<std::string> line() const { return read_line(descriptor_); }

 private:
  int descriptor_;
  termios before_{};
  bool changed_ = false;
};

Result<std::string> not_empty(Result<std::string> answer, std::string_view what) {
  if (answer && answer->empty()) {
    return fail(Errc::invalid_input, std::string(what) + " is empty");
  }
  return answer;
}

}  // namespace

void ProcessTerminal::out(std::string_view text) { write_all(stdout, text); }

void ProcessTerminal::err(std::string_view text) { write_all(stderr, text); }

Result<std::string> ProcessTerminal::ask(std::string_view prompt, Echo echo) {
  const Tty tty(echo);
  if (!tty.is_open() || (echo == Echo::off && !tty.is_quiet())) {
    return fail(Errc::unavailable,
                "there is no terminal to ask on: pass the answer with --stdin or --yes");
  }
  tty.say(prompt);
  return tty.line();
}

Result<std::string> ProcessTerminal::input_line() { return read_line(STDIN_FILENO); }

void ProcessTerminal::pause() {
  constexpr int kMilliseconds = 500;
  ::poll(nullptr, 0, kMilliseconds);
}

Result<std::string> new_secret(Terminal& terminal, std::string_view what, SecretFrom from) {
  LOCKSTEP_TRY(std::string first, known_secret(terminal, what, from));
  if (from == SecretFrom::standard_input) return first;
  const std::string prompt = std::string(what) + " again: ";
  LOCKSTEP_TRY(const std::string second, terminal.ask(prompt, Echo::off));
  if (first != second) return fail(Errc::invalid_input, "the two entries differ: try again");
  return first;
}

Result<std::string> known_secret(Terminal& terminal, std::string_view what, SecretFrom from) {
  if (from == SecretFrom::standard_input) return not_empty(terminal.input_line(), what);
  return not_empty(terminal.ask(std::string(what) + ": ", Echo::off), what);
}

}  // namespace lockstep
