// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// `text` as it may be put on a terminal: control characters, which could move the cursor or
/// change what is on the screen, are shown as '?'. Names come from whoever typed them.
[[nodiscard]] std::string printable(std::string_view text);

/// How many columns UTF-8 `text` takes: its code points, which is right for the scripts of names.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// Rows under a head, columns padded to their widest cell with two blanks between them.
class Table {
 public:
  explicit Table(std::vector<std::string> head) : head_(std::move(head)) {}

  /// Cells beyond the head's are dropped, missing ones are empty. Cells are made printable.
  void add(std::vector<std::string> row);

  /// Lines that end in '\n', without blanks at their ends.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace lockstep
