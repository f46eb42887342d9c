// SPDX-License-Identifier: Apache-2.0
#include "front/radius/describe.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "front/radius/address.h"

namespace lockstep {
namespace {

enum class Shown { text, number, address4, address6, length };

struct Known {
  std::uint8_t type;
  std::string_view name;
  Shown shown;
};

// RFC 2865, 2866, 2869, 3162. What is not here, and what a person types, is shown by its length.
constexpr std::array kKnown = {
    Known{2, "User-Password", Shown::length},
    Known{3, "CHAP-Password", Shown::length},
    Known{4, "NAS-IP-Address", Shown::address4},
    Known{5, "NAS-Port", Shown::number},
    Known{6, "Service-Type", Shown::number},
    Known{7, "Framed-Protocol", Shown::number},
    Known{8, "Framed-IP-Address", Shown::address4},
    Known{9, "Framed-IP-Netmask", Shown::address4},
    Known{11, "Filter-Id", Shown::text},
    Known{12, "Framed-MTU", Shown::number},
    Known{18, "Reply-Message", Shown::text},
    Known{22, "Framed-Route", Shown::text},
    Known{24, "State", Shown::length},
    Known{25, "Class", Shown::length},
    Known{27, "Session-Timeout", Shown::number},
    Known{28, "Idle-Timeout", Shown::number},
    Known{30, "Called-Station-Id", Shown::text},
    Known{31, "Calling-Station-Id", Shown::text},
    Known{32, "NAS-Identifier", Shown::text},
    Known{33, "Proxy-State", Shown::length},
    Known{40, "Acct-Status-Type", Shown::number},
    Known{41, "Acct-Delay-Time", Shown::number},
    Known{42, "Acct-Input-Octets", Shown::number},
    Known{43, "Acct-Output-Octets", Shown::number},
    Known{44, "Acct-Session-Id", Shown::text},
    Known{45, "Acct-Authentic", Shown::number},
    Known{46, "Acct-Session-Time", Shown::number},
    Known{49, "Acct-Terminate-Cause", Shown::number},
    Known{60, "CHAP-Challenge", Shown::length},
    Known{61, "NAS-Port-Type", Shown::number},
    Known{76, "Prompt", Shown::number},
    Known{77, "Connect-Info", Shown::text},
    Known{79, "EAP-Message", Shown::length},
    Known{80, "Message-Authenticator", Shown::length},
    Known{85, "Acct-Interim-Interval", Shown::number},
    Known{87, "NAS-Port-Id", Shown::text},
    Known{95, "NAS-IPv6-Address", Shown::address6},
};

std::string_view name_of(RadiusCode code) {
  switch (code) {
    case RadiusCode::access_request:
      return "Access-Request";
    case RadiusCode::access_accept:
      return "Access-Accept";
    case RadiusCode::access_reject:
      return "Access-Reject";
    case RadiusCode::accounting_request:
      return "Accounting-Request";
    case RadiusCode::accounting_response:
      return "Accounting-Response";
    case RadiusCode::access_challenge:
      return "Access-Challenge";
    case RadiusCode::status_server:
      return "Status-Server";
  }
  LOCKSTEP_ASSERT(false);
}

std::uint32_t number_in(ByteView bytes) {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = (number << 8U) | byte;
  return number;
}

std::string length_of(ByteView value) { return fmt::format("({} bytes)", value.size()); }

std::string text_in(ByteView value) {
  std::string text(value.begin(), value.end());
  if (text.size() > kShownCharactersMax) {
    text.resize(kShownCharactersMax - 3);
    text += "...";
  }
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

std::string value_in(ByteView value, Shown shown) {
  constexpr std::size_t kV4 = 4;
  switch (shown) {
    case Shown::text:
      return text_in(value);
    case Shown::number:
      if (value.size() == sizeof(std::uint32_t)) return std::to_string(number_in(value));
      return length_of(value);
    case Shown::address4:
      if (value.size() == kV4) {
        return IpAddress::of_v4({value[0], value[1], value[2], value[3]}).text();
      }
      return length_of(value);
    case Shown::address6: {
      IpAddress::Bytes16 bytes{};
      if (value.size() != bytes.size()) return length_of(value);
      std::ranges::copy(value, bytes.begin());
      return IpAddress(bytes).text();
    }
    case Shown::length:
      return length_of(value);
  }
  LOCKSTEP_ASSERT(false);
}

/// RFC 2865 section 5.26: whose it is and its number, not what it holds.
SpokenLine vendor_line(ByteView value) {
  constexpr std::size_t kHeader = 6;
  constexpr std::size_t kVendor = 4;
  if (value.size() < kHeader) return {"Vendor-Specific", length_of(value)};
  return {fmt::format("{}:{}", number_in(value.first(kVendor)), value[kVendor]),
          length_of(value.subspan(kHeader))};
}

SpokenLine line_of(const RadiusAttribute& one, ShowMessage message) {
  if (one.type == RadiusType::vendor_specific) return vendor_line(one.value);
  const auto known = std::ranges::find(kKnown, std::to_underlying(one.type), &Known::type);
  if (known == kKnown.end()) {
    return {std::to_string(std::to_underlying(one.type)), length_of(one.value)};
  }
  const bool is_hidden = one.type == RadiusType::reply_message && message == ShowMessage::no;
  return {std::string(known->name),
          is_hidden ? length_of(one.value) : value_in(one.value, known->shown)};
}

}  // namespace

SpokenPacket describe(const RadiusPacket& packet, ShowMessage message) {
  SpokenPacket spoken{std::string(name_of(packet.code())), {}};
  for (const RadiusAttribute& one : packet.attributes()) {
    if (one.type == RadiusType::user_name) continue;
    if (spoken.lines.size() == kShownAttributesMax) {
      spoken.lines.push_back({"...", fmt::format("{} attributes", packet.attributes().size())});
      break;
    }
    spoken.lines.push_back(line_of(one, message));
  }
  return spoken;
}

}  // namespace lockstep
