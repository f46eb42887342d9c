// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "front/cli/terminal.h"

namespace lockstep {

/// A terminal for tests: what is answered is laid down beforehand, what is said is kept.
class ScriptTerminal final : public Terminal {
 public:
  std::deque<std::string> answers;   ///< to prompts
  std::deque<std::string> input;     ///< lines of standard input
  std::vector<std::string> prompts;  ///< that were asked
  std::vector<Echo> echoes;          ///< how, one for each prompt
  std::string said;                  ///< on standard output
  std::string complained;            ///< on standard error

  void out(std::string_view text) override { said += text; }
  void err(std::string_view text) override { complained += text; }
  Result<std::string> ask(std::string_view prompt, Echo echo) override {
    prompts.emplace_back(prompt);
    echoes.push_back(echo);
    return next_of(answers, Errc::unavailable);
  }
  Result<std::string> input_line() override { return next_of(input, Errc::invalid_input); }
  void pause() override {}

 private:
  static Result<std::string> next_of(std::deque<std::string>& lines, Errc otherwise) {
    if (lines.empty()) return fail(otherwise, "there is nothing left to read");
    std::string line = lines.front();
    lines.pop_front();
    return line;
  }
};

}  // namespace lockstep
