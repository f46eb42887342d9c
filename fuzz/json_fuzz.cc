// SPDX-License-Identifier: Apache-2.0
#include "formats/json.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = lockstep::parse_json(lockstep::text_of(data, size));
  if (!value) return 0;
  // What was read once is read again from what it is written as.
  LOCKSTEP_ASSERT(lockstep::parse_json(lockstep::to_json(*value)).has_value());
  auto object = lockstep::JsonObject::of(*value);
  if (!object) return 0;
  static_cast<void>(object->text("user"));
  static_cast<void>(object->optional_number("counter", {}));
  static_cast<void>(object->texts("codes", 3));
  static_cast<void>(object->finish());
  return 0;
}
