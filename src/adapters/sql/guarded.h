// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.h"

namespace lockstep {

/// Runs `work`, which returns a Result, and turns what a third-party library throws in it into
/// `code`. For adapters only: no exception crosses their border. Running out of memory still ends
/// the process, because there is nothing sound left to answer with.
template <class Work>
auto guarded(Errc code, std::string_view doing, Work&& work) noexcept
    -> std::invoke_result_t<Work> {
  try {
    return std::forward<Work>(work)();
  } catch (const std::bad_alloc&) {
    std::terminate();
  } catch (const std::exception& e) {
    return fail(code, std::string(doing) + ": " + e.what());
  }
}

}  // namespace lockstep
