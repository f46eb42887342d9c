// SPDX-License-Identifier: Apache-2.0
#include "core/sync/fence.h"

#include <algorithm>

#include "core/sync/clock_model.h"
#include "core/sync/progress.h"

namespace lockstep {

Progress fenced(const Token& token, const Fence& fence) {
  Progress progress = token.progress;
  progress.fenced = true;
  if (progress.sync != SyncState::unused) progress.sync = SyncState::out_of_sync;
  if (!token.owner) return progress;
  Position next = progress.next;
  if (token.spec.kind == TokenKind::hotp) {
    next = next.moved(fence.codes_skipped);
  } else {
    const Position shown =
        std::max(step_at(token.spec, fence.now), expected_position(token, fence.now));
    next = std::max(next, shown.moved(2));
  }
  progress.next = next;
  forget_passed(progress, next);
  return progress;
}

Progress caught_up(Progress progress, Position position, WallTime at) {
  if (position < progress.next || position.value() >= Position::kMax) return progress;
  const Position positions[] = {position};
  return consumed(std::move(progress), positions, at);
}

}  // namespace lockstep
