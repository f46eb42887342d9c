// SPDX-License-Identifier: Apache-2.0
#include "formats/seed_file.h"

#include <algorithm>

namespace lockstep {
namespace {

struct NamedFormat {
  SeedFormat format;
  std::string_view name;
};
constexpr NamedFormat kFormats[] = {
    {SeedFormat::pskc, "pskc"},
    {SeedFormat::csv, "csv"},
    {SeedFormat::pingid, "pingid"},
    {SeedFormat::entra, "entra"},
    {SeedFormat::oath, "oath"},
    {SeedFormat::multiotp, "multiotp"},
    {SeedFormat::feitian, "feitian"},
    {SeedFormat::yubico, "yubico"},
    {SeedFormat::yubico_traditional, "yubico-traditional"},
    {SeedFormat::netiq, "netiq"},
};

}  // namespace

std::string_view name_of(SeedFormat format) {
  const auto* found = std::ranges::find(kFormats, format, &NamedFormat::format);
  LOCKSTEP_ASSERT(found != std::end(kFormats));
  return found->name;
}

std::optional<SeedFormat> find_seed_format(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &NamedFormat::name);
  if (found == std::end(kFormats)) return std::nullopt;
  return found->format;
}

}  // namespace lockstep
