// SPDX-License-Identifier: Apache-2.0
#include "app/key_ring_commands.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "adapters/system/key_file.h"
#include "app/key_source.h"
#include "base/hex.h"
#include "front/cli/exit_codes.h"

namespace lockstep {
namespace {

std::string ring_text(const KeyRing& ring) {
  std::string text = "current  " + to_hex(ring.current) + '\n';
  for (const KeyId& key : ring.older) text += "older    " + to_hex(key) + '\n';
  if (ring.spare) text += "spare    " + to_hex(*ring.spare) + '\n';
  return text;
}

std::string ring_json(const KeyRing& ring) {
  boost::json::object result{{"current", to_hex(ring.current)}};
  boost::json::array& older = result["older"].emplace_array();
  for (const KeyId& key : ring.older) older.emplace_back(to_hex(key));
  if (ring.spare) result["spare"] = to_hex(*ring.spare);
  return boost::json::serialize(result) + '\n';
}

using Work = Result<void> (*)(KeyFileVault& vault, Terminal& terminal);

Result<void> show(KeyFileVault& /*vault*/, Terminal& /*terminal*/) { return {}; }

Result<void> turn(KeyFileVault& vault, Terminal& /*terminal*/) { return vault.turn(); }

Result<void> forget(KeyFileVault& vault, Terminal& /*terminal*/) { return vault.forget_older(); }

/// The old passphrase was given to open the file.
Result<void> seal(KeyFileVault& vault, Terminal& terminal) {
  LOCKSTEP_TRY(Secret passphrase, ask_new_passphrase(terminal, -1));
  return vault.set_passphrase(std::optional<Secret>(std::move(passphrase)));
}

Result<void> unseal(KeyFileVault& vault, Terminal& /*terminal*/) {
  return vault.set_passphrase(std::nullopt);
}

void add(CLI::App& noun, KeyRingCommand& chosen, const char* name, const char* what, Work work) {
  CLI::App* verb = noun.add_subcommand(name, what);
  verb->footer("Example: lockstep keys " + std::string(name) +
               " --data DIR\n"
               "FILE is a key file; default: that of --data. Keys are shown by their ids, which "
               "tell nothing else\nabout them.\n\n" +
               std::string(exit_code_help()));
  // Owned by the callback, which `noun` keeps, and by the command that it chooses.
  const auto file = std::make_shared<std::string>();
  verb->add_option("FILE", *file, "The key file");
  verb->callback([&chosen, file, work] {
    chosen = [file, work](const KeyRingPlace& place, Terminal& terminal) -> Result<void> {
      const std::filesystem::path path = file->empty() ? place.file : std::filesystem::path(*file);
      LOCKSTEP_TRY(const auto vault,
                   KeyFileVault::open(path, ask_passphrase(terminal, place.passphrase_fd)));
      LOCKSTEP_CHECK(work(*vault, terminal));
      terminal.out(place.json ? ring_json(vault->ring()) : ring_text(vault->ring()));
      return {};
    };
  });
}

}  // namespace

void add_key_ring_commands(CLI::App& app, KeyRingCommand& chosen) {
  CLI::App* noun = app.add_subcommand(
      "keys", "The key file: see docs/guides/keys.md. Not for a file that a running server uses");
  noun->require_subcommand(1);
  add(*noun, chosen, "show", "Shows which keys it holds, by their ids.", show);
  add(*noun, chosen, "turn",
      "Adds a new key, makes it the current one and keeps the other: for keys that a server "
      "cannot write itself. `lockstep rekey` does it for others.",
      turn);
  add(*noun, chosen, "forget",
      "Removes older keys. What is still sealed under them cannot be opened any more by anybody: "
      "only once `lockstep rekey --status` says that nothing is.",
      forget);
  add(*noun, chosen, "passphrase", "Seals the file under a new passphrase; the keys stay.", seal);
  add(*noun, chosen, "clear", "Takes the passphrase away: whoever reads the file has the keys.",
      unseal);
}

}  // namespace lockstep
