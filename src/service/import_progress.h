// SPDX-License-Identifier: Apache-2.0
// How far an import is while its call is under way, for others who ask.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>

#include "ports/store.h"

namespace lockstep {

enum class ImportPhase {
  comparing,  ///< the file's tokens with those that are there
  sealing,    ///< seeds, one by one
  writing,    ///< all of it, in one transaction: its end is not known before it is there
};

/// The stable name: "comparing".
[[nodiscard]] std::string_view name_of(ImportPhase phase);

struct ImportStep {
  ImportPhase phase = ImportPhase::comparing;
  std::uint64_t done = 0;
  std::uint64_t total = 0;

  friend bool operator==(const ImportStep&, const ImportStep&) = default;
};

/// The imports under way, by their tickets' hashes: never more than requests that are. Thread-safe.
class ImportProgress {
 public:
  /// Tells how far one import is, as long as it lives: from its first moment on, so that nobody
  /// who asks has the file read a second time. One thread.
  class Teller {
   public:
    Teller(ImportProgress& progress, const TicketHash& hash) : progress_(progress), hash_(hash) {
      progress_.begin(hash_);
    }
    Teller(const Teller&) = delete;
    Teller& operator=(const Teller&) = delete;
    ~Teller() { progress_.end(hash_); }

    void tell(const ImportStep& step) { progress_.put(hash_, step); }

   private:
    ImportProgress& progress_;
    TicketHash hash_;
  };

  /// nullopt: not under way.
  [[nodiscard]] std::optional<ImportStep> of(const TicketHash& hash) const;

 private:
  struct UnderWay {
    ImportStep step;
    unsigned tellers = 0;  ///< the same import may have been sent twice
  };

  void begin(const TicketHash& hash);
  void put(const TicketHash& hash, const ImportStep& step);
  void end(const TicketHash& hash);

  mutable std::mutex mutex_;
  std::map<TicketHash, UnderWay> imports_;
};

}  // namespace lockstep
