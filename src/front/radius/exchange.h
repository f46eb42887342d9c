// SPDX-License-Identifier: Apache-2.0
// From an Access-Request to a log-in, and from its answer to a packet. What a client shows its
// users and what they type into its one field is decided here; who gets in is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "front/radius/clients.h"
#include "front/radius/packet.h"
#include "service/authenticate.h"

namespace lockstep {

/// What a challenge asked its user for; the first byte of the State says so to ourselves. Whoever
/// changes that byte changes only which of their own words is taken for which.
enum class RadiusAsked : char { password = 'p', code = 'c', pin = 'n', mail_code = 'm' };

/// A log-in, and what is asked for next if the answer is a challenge.
struct RadiusLogin {
  LoginRequest request;
  RadiusAsked next = RadiusAsked::code;
};

/// Fewer characters than this typed where a PIN and a code may stand are the PIN alone, if the
/// client can ask for the code.
inline constexpr std::size_t kPinAloneBelow = 6;

/// How `client` asks: `typed` is what stood in the password field.
/// An empty field, or the word "challenge", asks to be asked; `first_factor` decides whether the
/// field holds the password, the PIN or the code. Where a code may stand, the client's word for a
/// code by mail may stand in its place, with a PIN in front or without.
[[nodiscard]] RadiusLogin read_login(const RadiusClient& client, const RadiusPacket& request,
                                     std::string typed);

/// What a challenge shows: for the message key of `answer` and what is asked for. A PIN that the
/// server made up stands in it, which RADIUS over UDP sends as anybody on the way can read it.
[[nodiscard]] std::string prompt_text(const RadiusClient& client, const LoginAnswer& answer,
                                      RadiusAsked asked);

/// The reply to `request` that carries `answer`. Attributes of a client fit (kRadiusReplyBytesMax);
/// what a proxy wants back and has no room is left out.
[[nodiscard]] Bytes write_reply(const RadiusClient& client, const RadiusPacket& request,
                                const LoginAnswer& answer, RadiusAsked asked);

/// A reply without anything but its proof: Access-Reject, or what answers Status-Server.
[[nodiscard]] Bytes write_bare(const RadiusClient& client, const RadiusPacket& request,
                               RadiusCode code);

}  // namespace lockstep
