// SPDX-License-Identifier: Apache-2.0
// A day at an organisation, through the real use cases, on a disk that writes everything down.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "day_mails.h"
#include "day_vault.h"
#include "modelled_store.h"
#include "service/resynchronise.h"
#include "service/services.h"
#include "testing/fake_clock.h"
#include "testing/simulated_token.h"

namespace lockstep {

/// Codes that signed somebody in, or brought a token back: none of them may ever sign in again.
struct Spent {
  std::uint64_t mark = 0;  ///< acknowledged with this transaction
  std::string user;
  std::vector<std::string> codes;  ///< one or two
};

/// A code by mail that signed somebody in: it never may again.
struct MailSpent {
  std::uint64_t mark = 0;
  MailedCode given;
};

/// What stands in front of a user's codes from a transaction on.
struct PinSet {
  std::uint64_t mark = 0;
  std::string user;
  std::string pin;
};

/// What the key file holds from an operation of the disk on.
struct RingChange {
  std::size_t op = 0;
  RingState ring;
};

/// What happened, all of it.
struct Recording {
  DiskImage start;
  NodeId node;  ///< the name of the audit's chain
  std::vector<DiskOp> ops;
  Acknowledged acknowledged;
  std::vector<Spent> spent;
  std::vector<MailSpent> mailed;
  std::vector<PinSet> pins;
  std::vector<RingChange> rings;
  std::uint64_t refused = 0;   ///< log-ins
  std::uint64_t restarts = 0;  ///< in good order
};

/// Puts a faulty store in front of, or behind, the one that is compared with the model.
using WrapStore = std::function<std::unique_ptr<Store>(Store&)>;

struct DaySetup {
  std::uint64_t seed = 1;
  std::size_t actions = 100;
  std::size_t actions_per_restart = 60;  ///< on average
  Wrap connection{};                     ///< around the connection that writes
  WrapStore in_front{};                  ///< what it changes is what the model is told
  WrapStore behind{};                    ///< what it changes the model does not know
  VirtualDisk::Faults faults{};
  bool forgets_keys_early = false;  ///< a fault: before what they seal is wrapped anew
};

/// Lives the day and writes what happens into `recording` as it happens: the process may not live
/// to the end. Any answer that an honest day does not give (a store that is away, a change that
/// fails) ends the program unless `setup.faults` is set.
void record_day(const DaySetup& setup, Recording& recording);
[[nodiscard]] Recording record_day(const DaySetup& setup);

}  // namespace lockstep
