// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>

namespace lockstep {

/// `kCount` unsigned words side by side, each operator applied to all of them at once. Written with
/// the vector types that GCC and Clang share: the compiler maps a lane group to the machine's
/// vector registers, or to plain words where there are none. None of its operations branches on,
/// or indexes memory by, a word's value, so what is built from them alone is constant-time.
template <class W, std::size_t kCount>
class Lanes {
 public:
  using Word = W;
  static_assert(std::is_unsigned_v<Word>);
  static constexpr std::size_t kLanes = kCount;
  static constexpr unsigned kBits = sizeof(Word) * 8;

  Lanes() = default;
  /// The same word in every lane.
  explicit Lanes(Word word) : words_(Vector{} + word) {}

  [[nodiscard]] Word operator[](std::size_t lane) const { return words_[lane]; }
  void set(std::size_t lane, Word word) { words_[lane] = word; }

  friend Lanes operator+(Lanes a, Lanes b) { return of(a.words_ + b.words_); }
  friend Lanes operator^(Lanes a, Lanes b) { return of(a.words_ ^ b.words_); }
  friend Lanes operator&(Lanes a, Lanes b) { return of(a.words_ & b.words_); }
  friend Lanes operator|(Lanes a, Lanes b) { return of(a.words_ | b.words_); }

  /// Every lane shifted by a number of bits known when compiling, less than `kBits`.
  template <unsigned kBy>
  [[nodiscard]] Lanes left() const {
    static_assert(kBy < kBits);
    return of(words_ << kBy);
  }
  template <unsigned kBy>
  [[nodiscard]] Lanes right() const {
    static_assert(kBy < kBits);
    return of(words_ >> kBy);
  }
  template <unsigned kBy>
  [[nodiscard]] Lanes rotated_right() const {
    static_assert(kBy > 0 && kBy < kBits);
    return of((words_ >> kBy) | (words_ << (kBits - kBy)));
  }

  /// All ones in the lanes that equal `word`, zero in the others.
  [[nodiscard]] Lanes mask_of(Word word) const {
    // A comparison of vectors gives -1 or 0 for each lane, in signed words of the same width.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a cast between vector types.
    return of(reinterpret_cast<Vector>(words_ == Lanes(word).words_));
  }

 private:
  using Vector [[gnu::vector_size(sizeof(Word) * kCount)]] = Word;

  // A function and not a constructor: GCC 12 takes the dependent vector type for the word itself.
  static Lanes of(Vector words) {
    Lanes result;
    result.words_ = words;
    return result;
  }

  Vector words_;
};

}  // namespace lockstep
