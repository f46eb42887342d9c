// SPDX-License-Identifier: Apache-2.0
// Packets in words, for people who look for what went wrong. Pure; thread-safe.
#pragma once

#include "front/radius/packet.h"
#include "service/exchange_log.h"

namespace lockstep {

/// Whether a Reply-Message is shown: not where it shows a PIN.
enum class ShowMessage { no, yes };

/// Attributes of a packet that are shown, and characters of one.
inline constexpr std::size_t kShownAttributesMax = 40;
inline constexpr std::size_t kShownCharactersMax = 80;

/// `packet` without its secrets: an attribute is shown in full only if it is known to hold none, of
/// others there is the length alone. User-Name is left out: it may be a password in the wrong
/// field.
[[nodiscard]] SpokenPacket describe(const RadiusPacket& packet, ShowMessage message);

}  // namespace lockstep
