// SPDX-License-Identifier: Apache-2.0
#include "core/code/code_book.h"

#include <utility>

namespace lockstep {

std::span<const Code> CodeBook::codes(Position first, std::size_t count) {
  for (const Run& run : runs_) {
    // Unsigned, so that a position below the run's is far above it.
    const std::uint64_t skip = first.value() - run.first.value();
    const bool held = skip <= run.codes.size() && count <= run.codes.size() - skip;
    if (held) return std::span(run.codes).subspan(skip, count);
  }
  if (runs_.size() == kRunsMax) runs_.erase(runs_.begin());
  Run fresh{first, std::vector<Code>(count)};
  generator_.codes_at(first, fresh.codes);
  computed_ += count;
  runs_.push_back(std::move(fresh));
  return runs_.back().codes;
}

}  // namespace lockstep
