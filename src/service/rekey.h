// SPDX-License-Identifier: Apache-2.0
// Changing the key-encryption key while everything runs. The order makes it safe to die anywhere:
//
//     1  the new key is on disk beside the old one            (KeyVault::turn)
//     2  nothing may be sealed under the old one any more      (RetireKey)
//     3  page by page, what the old one sealed is wrapped anew (ReplaceSealed)
//     4  nothing is left under it: the old key is forgotten    (KeyVault::forget_older)
//
// A ring with an older key in it is all there is to remember: whoever starts with one goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/store.h"
#include "service/services.h"

namespace lockstep {

struct RekeyOrder {
  bool prepare = false;      ///< only make the next key, for other servers to be given first
  bool nodes_ready = false;  ///< other servers of this store have the next key, or are stopped
};

struct RekeyStatus {
  KeyRing ring;
  std::uint64_t total = 0;      ///< how much is sealed at all
  std::uint64_t remaining = 0;  ///< of that, under older keys
};

/// Makes the next key current; the job does the rest. Permission: rekey.
/// Errors: conflict, while an earlier change is not finished, or when other servers have written to
/// this store and `nodes_ready` does not vouch for them; those of KeyVault's changes.
[[nodiscard]] Result<RekeyStatus> start_rekey(Services& services, const Context& context,
                                              const RekeyOrder& order);

/// How far it is. Walks everything that is sealed. Permission: rekey.
[[nodiscard]] Result<RekeyStatus> rekey_status(Services& services);

/// The job: steps 2 to 4, a small commit at a time. Belongs to one thread.
class RekeyJob {
 public:
  enum class Next {
    nothing,  ///< no older key
    at_once,  ///< there is more
    later,    ///< only what cannot be opened is left, or the older key cannot be removed from here
  };

  /// So many secrets go into one commit: what log-ins wait for.
  static constexpr std::uint32_t kPage = 100;

  explicit RekeyJob(Services& services) : services_(services) {}

  /// Errors: those of the store and of KeyVault; the next step tries again.
  [[nodiscard]] Result<Next> step();

  /// The names of secrets that did not open in the pass before: serials, service keys. At most
  /// kNamesMax.
  [[nodiscard]] const std::vector<std::string>& unreadable() const { return unreadable_; }
  static constexpr std::size_t kNamesMax = 20;

 private:
  Result<Next> begin_pass(const Context& context, const KeyRing& ring);
  Result<Next> end_pass(const Context& context, const KeyRing& ring);
  Result<Next> page(const KeyRing& ring);
  void note_unreadable(const SealedRow& row);

  Services& services_;
  bool in_pass_ = false;
  bool moved_ = false;
  std::optional<SealedPlace> after_;
  std::vector<std::string> unreadable_;
};

}  // namespace lockstep
