// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace lockstep {

/// Calls a C release function, so that `unique_ptr` can own a C handle.
template <auto Release>
struct Releaser {
  template <class T>
  void operator()(T* handle) const noexcept {
    Release(handle);  // NOLINT(cppcoreguidelines-no-malloc, cppcoreguidelines-owning-memory)
  }
};

/// Owns a C handle from the line that creates it: `using Database = Handle<sqlite3,
/// sqlite3_close_v2>;`
template <class T, auto Release>
using Handle = std::unique_ptr<T, Releaser<Release>>;

}  // namespace lockstep
