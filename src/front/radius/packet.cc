// SPDX-License-Identifier: Apache-2.0
#include "front/radius/packet.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "crypto/digest.h"

namespace lockstep {
namespace {

constexpr std::size_t kLengthAt = 2;
constexpr std::size_t kAuthenticatorAt = 4;
constexpr std::size_t kAttributeHeader = 2;
constexpr std::size_t kMacBytes = 16;

constexpr std::uint32_t kMicrosoft = 311;      // RFC 2548
constexpr std::uint8_t kMsChapResponse = 1;    // RFC 2548 section 2.1.3
constexpr std::uint8_t kMsChap2Response = 25;  // RFC 2548 section 2.3.2
constexpr std::size_t kVendorHeader = 4 + 1;   // the vendor's number and its own type

std::optional<RadiusCode> known_code(std::uint8_t code) {
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 11:
    case 12:
      return RadiusCode{code};
    default:
      return std::nullopt;
  }
}

std::size_t length_in(ByteView bytes) {
  return (std::size_t{bytes[kLengthAt]} << 8U) | bytes[kLengthAt + 1];
}

void put_length(Bytes& bytes) {
  bytes[kLengthAt] = static_cast<std::uint8_t>(bytes.size() >> 8U);
  bytes[kLengthAt + 1] = static_cast<std::uint8_t>(bytes.size());
}

/// The packet with these authenticator bytes and a Message-Authenticator of zeros: what the latter
/// is made over.
Bytes blanked(const RadiusPacket& packet, const Md5Digest& authenticator) {
  Bytes bytes(packet.bytes().begin(), packet.bytes().end());
  std::ranges::copy(authenticator, bytes.begin() + kAuthenticatorAt);
  for (const RadiusAttribute& one : packet.attributes()) {
    if (one.type != RadiusType::message_authenticator) continue;
    const auto at = one.value.data() - packet.bytes().data();
    std::fill_n(bytes.begin() + at, one.value.size(), std::uint8_t{0});
  }
  return bytes;
}

RadiusProof check_mac(const RadiusPacket& packet, const Md5Digest& authenticator,
                      const Secret& secret) {
  const std::optional<ByteView> mac = packet.find(RadiusType::message_authenticator);
  if (!mac) return RadiusProof::missing;
  const Md5Digest expected = hmac_md5(secret, blanked(packet, authenticator));
  return constant_time_equal(*mac, expected) ? RadiusProof::right : RadiusProof::wrong;
}

/// MD5(packet with `authenticator` in its place ‖ secret) stands where the authenticator is.
bool is_digest_right(const RadiusPacket& packet, const Md5Digest& authenticator,
                     const Secret& secret) {
  Bytes bytes(packet.bytes().begin(), packet.bytes().end());
  std::ranges::copy(authenticator, bytes.begin() + kAuthenticatorAt);
  return constant_time_equal(radius_digest(bytes, secret), packet.authenticator());
}

bool is_ms_chap(const RadiusAttribute& attribute) {
  if (attribute.type != RadiusType::vendor_specific || attribute.value.size() < kVendorHeader) {
    return false;
  }
  std::uint32_t vendor = 0;
  for (std::size_t i = 0; i < 4; ++i) vendor = (vendor << 8U) | attribute.value[i];
  const std::uint8_t type = attribute.value[4];
  return vendor == kMicrosoft && (type == kMsChapResponse || type == kMsChap2Response);
}

/// How many bytes of `text`, at most `most`, can be cut off without splitting a character.
std::size_t whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  std::size_t cut = most;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (cut > 0 && continues(cut)) --cut;
  return cut == 0 ? most : cut;  // All continuation bytes: no UTF-8, so any place is as good.
}

}  // namespace

Result<RadiusPacket> RadiusPacket::parse(ByteView datagram) {
  if (datagram.size() < kRadiusBytesMin) {
    return fail(Errc::invalid_input, "shorter than the 20 bytes of a header");
  }
  const std::size_t length = length_in(datagram);
  if (length < kRadiusBytesMin || length > kRadiusBytesMax) {
    return fail(Errc::invalid_input, fmt::format("its length says {}, not 20 to 4096", length));
  }
  if (length > datagram.size()) {
    return fail(Errc::invalid_input,
                fmt::format("its length says {}, but {} bytes came", length, datagram.size()));
  }
  const std::optional<RadiusCode> code = known_code(datagram[0]);
  if (!code) return fail(Errc::invalid_input, fmt::format("unknown code {}", datagram[0]));
  RadiusPacket packet;
  packet.code_ = *code;
  packet.bytes_.assign(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(length));
  std::copy_n(packet.bytes_.begin() + kAuthenticatorAt, packet.authenticator_.size(),
              packet.authenticator_.begin());
  LOCKSTEP_CHECK(packet.read_attributes());
  return packet;
}

Result<void> RadiusPacket::read_attributes() {
  const ByteView all(bytes_);
  std::size_t macs = 0;
  for (std::size_t at = kRadiusBytesMin; at < all.size();) {
    const std::size_t left = all.size() - at;
    if (left < kAttributeHeader) {
      return fail(Errc::invalid_input, "one byte is left over behind the last attribute");
    }
    const std::uint8_t type = all[at];
    const std::size_t length = all[at + 1];
    if (length < kAttributeHeader || length > left) {
      return fail(Errc::invalid_input,
                  fmt::format("attribute {} at byte {} says it has {} bytes of {} left", type, at,
                              length, left));
    }
    const ByteView value = all.subspan(at + kAttributeHeader, length - kAttributeHeader);
    const RadiusType named{type};
    if (named == RadiusType::message_authenticator && (++macs > 1 || value.size() != kMacBytes)) {
      return fail(Errc::invalid_input, "Message-Authenticator is there twice or not 16 bytes long");
    }
    attributes_.push_back({named, value});
    at += length;
  }
  return {};
}

std::optional<ByteView> RadiusPacket::find(RadiusType type) const {
  const auto found = std::ranges::find(attributes_, type, &RadiusAttribute::type);
  if (found == attributes_.end()) return std::nullopt;
  return found->value;
}

std::string RadiusPacket::text(RadiusType type) const {
  const ByteView value = find(type).value_or(ByteView{});
  return {value.begin(), value.end()};
}

RadiusProof check_request(const RadiusPacket& request, const Secret& secret) {
  if (request.code() != RadiusCode::accounting_request) {
    return check_mac(request, request.authenticator(), secret);
  }
  // RFC 2866 section 3: over zeros, and so is the Message-Authenticator, as with all requests whose
  // authenticator is a digest (RFC 5176 section 2.3).
  const Md5Digest zeros{};
  if (!is_digest_right(request, zeros, secret)) return RadiusProof::wrong;
  const RadiusProof mac = check_mac(request, zeros, secret);
  return mac == RadiusProof::missing ? RadiusProof::right : mac;
}

RadiusProof check_reply(const RadiusPacket& reply, const Md5Digest& request, const Secret& secret) {
  if (!is_digest_right(reply, request, secret)) return RadiusProof::wrong;
  return check_mac(reply, request, secret);
}

RadiusMethod method_of(const RadiusPacket& request) {
  // EAP first: such a packet has no password, and may carry others' leavings.
  if (request.find(RadiusType::eap_message)) return RadiusMethod::eap;
  if (request.find(RadiusType::chap_password)) return RadiusMethod::chap;
  if (std::ranges::any_of(request.attributes(), is_ms_chap)) return RadiusMethod::ms_chap;
  if (request.find(RadiusType::user_password)) return RadiusMethod::pap;
  return RadiusMethod::none;
}

std::string_view refusal_of(RadiusMethod method) {
  switch (method) {
    case RadiusMethod::pap:
      return "";
    case RadiusMethod::chap:
      return "CHAP shows a hash of what was typed, and a code is checked as typed: set the client "
             "to PAP";
    case RadiusMethod::ms_chap:
      return "MS-CHAP shows a hash of what was typed, and a code is checked as typed: set the "
             "client to PAP";
    case RadiusMethod::eap:
      return "EAP is not spoken here: put FreeRADIUS in front, which ends EAP-TTLS and sends PAP "
             "on";
    case RadiusMethod::none:
      return "there is no User-Password in it: set the client to PAP";
  }
  LOCKSTEP_ASSERT(false);
}

Result<std::string> typed_password(const RadiusPacket& request, const Secret& secret) {
  const auto is_password = [](const RadiusAttribute& one) {
    return one.type == RadiusType::user_password;
  };
  if (std::ranges::count_if(request.attributes(), is_password) != 1) {
    return fail(Errc::invalid_input, "User-Password is not there exactly once");
  }
  const ByteView hidden = *request.find(RadiusType::user_password);
  if (hidden.empty()) return std::string();
  return unhide_radius_password(secret, request.authenticator(), hidden);
}

Bytes accounting_response(const RadiusPacket& request, const Secret& secret) {
  Bytes bytes{static_cast<std::uint8_t>(RadiusCode::accounting_response), request.id(), 0, 0};
  bytes.insert(bytes.end(), request.authenticator().begin(), request.authenticator().end());
  for (const RadiusAttribute& one : request.attributes()) {
    if (one.type != RadiusType::proxy_state) continue;
    bytes.push_back(static_cast<std::uint8_t>(one.type));
    bytes.push_back(static_cast<std::uint8_t>(one.value.size() + kAttributeHeader));
    bytes.insert(bytes.end(), one.value.begin(), one.value.end());
  }
  put_length(bytes);
  const Md5Digest digest = radius_digest(bytes, secret);
  std::ranges::copy(digest, bytes.begin() + kAuthenticatorAt);
  return bytes;
}

RadiusWriter::RadiusWriter(RadiusCode code, std::uint8_t id, const Md5Digest& authenticator)
    : bytes_{static_cast<std::uint8_t>(code), id, 0, 0} {
  bytes_.reserve(256);
  bytes_.insert(bytes_.end(), authenticator.begin(), authenticator.end());
  append(RadiusType::message_authenticator, Md5Digest{});
}

RadiusWriter::RadiusWriter(RadiusCode code, const RadiusPacket& request)
    : RadiusWriter(code, request.id(), request.authenticator()) {
  for (const RadiusAttribute& one : request.attributes()) {
    if (one.type != RadiusType::proxy_state) continue;
    proxy_states_.push_back(static_cast<std::uint8_t>(one.type));
    proxy_states_.push_back(static_cast<std::uint8_t>(one.value.size() + kAttributeHeader));
    proxy_states_.insert(proxy_states_.end(), one.value.begin(), one.value.end());
  }
  // RFC 2865 section 5.33: all of them go back. They always have room but for a packet made to have
  // none, which nobody who wants an answer sends.
  if (bytes_.size() + proxy_states_.size() > kRadiusBytesMax) proxy_states_.clear();
}

void RadiusWriter::append(RadiusType type, ByteView value) {
  bytes_.push_back(static_cast<std::uint8_t>(type));
  bytes_.push_back(static_cast<std::uint8_t>(value.size() + kAttributeHeader));
  bytes_.insert(bytes_.end(), value.begin(), value.end());
}

bool RadiusWriter::add(RadiusType type, ByteView value) {
  if (value.empty() || value.size() > kRadiusValueBytesMax) return false;
  const std::size_t after = bytes_.size() + kAttributeHeader + value.size() + proxy_states_.size();
  if (after > kRadiusBytesMax) return false;
  append(type, value);
  return true;
}

bool RadiusWriter::add_text(RadiusType type, std::string_view text) {
  while (!text.empty()) {
    const std::size_t part = whole_characters(text, kRadiusValueBytesMax);
    if (!add(type, bytes_of(text.substr(0, part)))) return false;
    text.remove_prefix(part);
  }
  return true;
}

void RadiusWriter::seal(const Secret& secret) {
  bytes_.insert(bytes_.end(), proxy_states_.begin(), proxy_states_.end());
  put_length(bytes_);
  const Md5Digest mac = hmac_md5(secret, bytes_);
  std::ranges::copy(mac, bytes_.begin() + kRadiusBytesMin + kAttributeHeader);
}

Bytes RadiusWriter::finish_request(const Secret& secret) && {
  seal(secret);
  return std::move(bytes_);
}

Bytes RadiusWriter::finish_reply(const Secret& secret) && {
  seal(secret);
  const Md5Digest digest = radius_digest(bytes_, secret);
  std::ranges::copy(digest, bytes_.begin() + kAuthenticatorAt);
  return std::move(bytes_);
}

}  // namespace lockstep
