// SPDX-License-Identifier: Apache-2.0
// Memory is wiped when it is given back, whoever gives it back: our strings, Beast's buffers,
// Boost.JSON, OpenSSL, SQLite. A code or password passes through many hands that copy it, and this
// is the one place that all of them pass through. See docs/decisions/0015. What it costs is in
// docs/reliability.md.
//
// The sanitizers bring an allocator of their own, which would be circumvented here.
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <malloc.h>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

extern "C" {

// glibc's own, below the names that a program may replace.
void __libc_free(void* memory);         // NOLINT(bugprone-reserved-identifier)
void* __libc_malloc(std::size_t size);  // NOLINT(bugprone-reserved-identifier)

void free(void* memory) noexcept {
  if (memory == nullptr) return;
  const int before = errno;
  explicit_bzero(memory, malloc_usable_size(memory));
  __libc_free(memory);
  errno = before;
}

void* realloc(void* memory, std::size_t size) noexcept {
  if (memory == nullptr) return __libc_malloc(size);
  if (size == 0) {
    free(memory);  // NOLINT(cppcoreguidelines-no-malloc): this is where memory is managed.
    return nullptr;
  }
  const std::size_t have = malloc_usable_size(memory);
  // What fits stays where it is, as long as not most of it would be wasted.
  constexpr std::size_t kWasteFactor = 4;
  if (size <= have && size >= have / kWasteFactor) return memory;
  // glibc's realloc would leave the old bytes behind when it moves them.
  void* moved = __libc_malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, have < size ? have : size);
  free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
  return moved;
}

}  // extern "C"

#endif
