// SPDX-License-Identifier: Apache-2.0
#include "app/key_source.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "app/data_directory.h"
#include "crypto/secret_io.h"

namespace lockstep {
namespace {

constexpr const char* kCredentialName = "lockstep.key";

Result<Secret> from_descriptor(int descriptor) {
  std::optional<Secret> line = read_secret_line(descriptor, Terminal::kLineBytesMax);
  if (!line || line->empty()) {
    return fail(Errc::invalid_input, "there is no passphrase to be read from file descriptor " +
                                         std::to_string(descriptor));
  }
  return *std::move(line);
}

Result<Secret> taken(Result<std::string> typed) {
  if (!typed) return std::unexpected(typed.error());
  Secret secret = Secret::copy_of(*typed);
  wipe({reinterpret_cast<std::uint8_t*>(typed->data()), typed->size()});
  return secret;
}

/// Null when the service manager hands nothing in.
const char* credentials_directory() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read before the first thread.
  return std::getenv("CREDENTIALS_DIRECTORY");
}

Result<std::unique_ptr<KeyVault>> open_credential() {
  const char* directory = credentials_directory();
  if (directory == nullptr) {
    return fail(Errc::not_found,
                "keys.source is \"credential\", and the service manager handed none in: add "
                "LoadCredentialEncrypted=lockstep.key to the unit (docs/guides/keys.md)");
  }
  LOCKSTEP_TRY(std::unique_ptr<KeyVault> vault,
               KeyFileVault::open_credential(std::filesystem::path(directory) / kCredentialName));
  return vault;
}

}  // namespace

KeySource key_source_at_hand(const std::filesystem::path& data) {
  std::error_code problem;
  const bool handed_in = credentials_directory() != nullptr;
  return handed_in && !std::filesystem::exists(key_file_path(data), problem) ? KeySource::credential
                                                                             : KeySource::file;
}

Result<std::unique_ptr<KeyVault>> open_keys(const std::filesystem::path& data,
                                            const KeyOptions& options) {
  if (options.source == KeySource::credential) return open_credential();
  auto vault = KeyFileVault::open(key_file_path(data), options.ask);
  std::error_code problem;
  if (!vault && vault.error().code == Errc::not_found && std::filesystem::exists(data, problem)) {
    return fail(
        Errc::not_found,
        vault.error().context +
            ": bring it back from its copy; nothing else opens the seeds. Where the service "
            "manager hands the key in, say so: [keys] source = \"credential\"");
  }
  if (!vault) return std::unexpected(vault.error());
  if (options.source == KeySource::passphrase && !(*vault)->is_under_passphrase()) {
    return fail(Errc::not_allowed,
                "keys.source is \"passphrase\", and the key file is under none: "
                "run `lockstep keys passphrase`");
  }
  return std::unique_ptr<KeyVault>(*std::move(vault));
}

AskPassphrase ask_passphrase(Terminal& terminal, int descriptor) {
  return [&terminal, descriptor]() -> Result<Secret> {
    if (descriptor >= 0) return from_descriptor(descriptor);
    auto typed = terminal.ask("Passphrase of the key file: ", Echo::off);
    if (!typed && typed.error().code == Errc::unavailable) {
      return fail(Errc::not_allowed,
                  "the key file is sealed under a passphrase, and there is no terminal to ask at: "
                  "hand it in with --passphrase-fd");
    }
    return taken(std::move(typed));
  };
}

Result<Secret> ask_new_passphrase(Terminal& terminal, int descriptor) {
  if (descriptor >= 0) return from_descriptor(descriptor);
  return taken(new_secret(terminal, "New passphrase", SecretFrom::prompt));
}

}  // namespace lockstep
