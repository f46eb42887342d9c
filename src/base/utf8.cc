// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <utf8proc.h>

#include "base/secret.h"

namespace lockstep {

std::optional<std::size_t> first_not_utf8(std::string_view text) {
  ByteView rest = bytes_of(text);
  while (!rest.empty()) {
    utf8proc_int32_t point = 0;
    const auto length =
        utf8proc_iterate(rest.data(), static_cast<utf8proc_ssize_t>(rest.size()), &point);
    if (length <= 0) return text.size() - rest.size();
    rest = rest.subspan(static_cast<std::size_t>(length));
  }
  return std::nullopt;
}

}  // namespace lockstep
