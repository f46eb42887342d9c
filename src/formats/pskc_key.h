// SPDX-License-Identifier: Apache-2.0
// One key of a container, for parse_pskc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/pskc_encryption.h"
#include "formats/pskc_xml.h"
#include "formats/seed_file.h"

namespace lockstep {

/// A key, its number and its name: the serial or else its Id, as the file has it.
struct PskcKey {
  pugi::xml_node device;
  pugi::xml_node key;
  std::size_t number = 0;
  std::string name;
};

/// Whether the key is no token at all: the PIN that belongs to one.
[[nodiscard]] bool is_pin_key(const pugi::xml_node& key);

/// Errors: invalid_input, for a key that cannot be taken; others, which stop the file, as
/// PskcEncryption::open has them.
[[nodiscard]] Result<SeedRecord> read_pskc_key(const PskcKey& key, PskcEncryption& encryption);

}  // namespace lockstep
