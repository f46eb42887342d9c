// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "base/secret.h"

namespace lockstep {

/// Reads the open file `descriptor` to its end, at most one byte more than `bytes_max`, so that too
/// much shows. Nullopt on an error, with errno set. Leaves no copy behind.
[[nodiscard]] std::optional<Secret> read_secret(int descriptor, std::size_t bytes_max);

/// The same, up to the end of the first line: for a passphrase from a pipe.
[[nodiscard]] std::optional<Secret> read_secret_line(int descriptor, std::size_t bytes_max);

/// `text` up to the end of its first line: a password from a file, which an editor ended with one.
[[nodiscard]] Secret first_line_of(const Secret& text);

/// Writes all of `secret`. False on an error, with errno set.
[[nodiscard]] bool write_secret(int descriptor, const Secret& secret);

/// Lends `secret` as text that ends with a NUL, for a C library that asks for one and copies it;
/// the copy is wiped when `use` returns.
void lend_text(const Secret& secret, const std::function<void(const char*)>& use);

}  // namespace lockstep
