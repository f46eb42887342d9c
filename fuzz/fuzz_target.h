// SPDX-License-Identifier: Apache-2.0
// Every target gives libFuzzer's one function. In the preset "fuzz" libFuzzer calls it with inputs
// of its own making; in all others replay.cc calls it with the files of its corpus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace lockstep {

/// The input as text.
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace lockstep
