// SPDX-License-Identifier: Apache-2.0
// The three kinds of "no": an answer is a value, an error is a Result, a bug is LOCKSTEP_ASSERT.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/assert.h"

namespace lockstep {

/// Why an operation could not be carried out. front/rest/errors.cc alone turns it into a status.
enum class Errc {
  invalid_input,    ///< what was asked for is malformed; the context says which part
  unauthenticated,  ///< the caller is nobody we know
  not_allowed,      ///< the caller is known and may not do this
  not_found,        ///< no such thing
  conflict,         ///< it exists already, or changed since it was read
  unavailable,      ///< the work could not be done now; nothing was changed, or the outcome is
                    ///< unknown, and then whatever was to be spent counts as spent
  corrupt,          ///< stored data is not what we wrote
};

/// An error with its context. `context` is for logs and callers and never holds a secret.
struct Error {
  Errc code;
  std::string context;
};

/// A `T`, or why there is none. Dropping one is a warning, and so an error in our presets.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

inline std::unexpected<Error> fail(Errc code, std::string context) {
  return std::unexpected<Error>(Error{code, std::move(context)});
}

}  // namespace lockstep

#define LOCKSTEP_CAT_IMPL(a, b) a##b
#define LOCKSTEP_CAT(a, b) LOCKSTEP_CAT_IMPL(a, b)
// NOLINTBEGIN(bugprone-macro-parentheses): `lhs` may be a declaration.
#define LOCKSTEP_TRY_IMPL(lhs, expr, tmp)                                      \
  auto tmp = (expr);                                                           \
  if (!tmp) return std::unexpected<::lockstep::Error>(std::move(tmp).error()); \
  lhs = *std::move(tmp)
// NOLINTEND(bugprone-macro-parentheses)

/// Assigns the value of `expr` to `lhs`, or returns its error. Two statements: brace it.
#define LOCKSTEP_TRY(lhs, expr) LOCKSTEP_TRY_IMPL(lhs, expr, LOCKSTEP_CAT(lockstep_try_, __LINE__))

/// Returns the error of a Result<void>, if it holds one.
#define LOCKSTEP_CHECK(expr)                                                        \
  do {                                                                              \
    auto lockstep_check = (expr);                                                   \
    if (!lockstep_check)                                                            \
      return std::unexpected<::lockstep::Error>(std::move(lockstep_check).error()); \
  } while (false)
