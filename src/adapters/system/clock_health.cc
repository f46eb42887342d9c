// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/clock_health.h"

#include <sys/timex.h>

namespace lockstep {

ClockHealth clock_health() {
  timex answer{};  // modes 0: only asks
  const int state = ::adjtimex(&answer);
  return {.synchronised = state >= 0 && state != TIME_ERROR && (answer.status & STA_UNSYNC) == 0,
          .error_max = Micros(answer.maxerror)};
}

}  // namespace lockstep
