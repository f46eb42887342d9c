// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string_view>

namespace lockstep {

/// One request of this process at a time for each name that was typed, whether or not anybody has
/// it. Rows of a name that somebody has would be contended for, and who loses takes longer: by that
/// strangers could tell names apart. Lives as long as the turn; waits for it. Not for two names at
/// once. A few names share one turn.
class NameTurn {
 public:
  explicit NameTurn(std::string_view name);

 private:
  std::scoped_lock<std::mutex> lock_;
};

}  // namespace lockstep
