// SPDX-License-Identifier: Apache-2.0
// RADIUS packets, read and written: RFC 2865, 2866, 2869, 3579, 5080 and 5997. Pure: bytes in,
// values out, no I/O, no clock. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/radius.h"

namespace lockstep {

/// RFC 2865 section 3: shorter is no packet, longer is none either.
inline constexpr std::size_t kRadiusBytesMin = 20;
inline constexpr std::size_t kRadiusBytesMax = 4'096;
/// Of one attribute: its length byte counts type and length, too.
inline constexpr std::size_t kRadiusValueBytesMax = 253;

enum class RadiusCode : std::uint8_t {
  access_request = 1,
  access_accept = 2,
  access_reject = 3,
  accounting_request = 4,
  accounting_response = 5,
  access_challenge = 11,
  status_server = 12,
};

/// The attributes that mean something here; all others are carried as numbers.
enum class RadiusType : std::uint8_t {
  user_name = 1,
  user_password = 2,
  chap_password = 3,
  framed_ip_address = 8,
  reply_message = 18,
  state = 24,
  class_ = 25,
  vendor_specific = 26,
  session_timeout = 27,
  calling_station_id = 31,
  nas_identifier = 32,
  proxy_state = 33,
  acct_status_type = 40,
  acct_input_octets = 42,
  acct_output_octets = 43,
  acct_session_id = 44,
  acct_session_time = 46,
  acct_terminate_cause = 49,
  acct_input_gigawords = 52,
  acct_output_gigawords = 53,
  prompt = 76,
  eap_message = 79,
  message_authenticator = 80,
};

/// One attribute of a packet; `value` lives as long as the packet.
struct RadiusAttribute {
  RadiusType type;
  ByteView value;
};

/// A packet as it came. Move-only: its attributes point into it.
class RadiusPacket {
 public:
  /// Reads a datagram; what stands behind the packet's own length is padding (RFC 2865 section 3).
  /// Errors: invalid_input, saying what is wrong: too short or long, a code that no client sends or
  /// server answers, attributes that do not fill the packet exactly, more than one
  /// Message-Authenticator or one of a wrong length.
  static Result<RadiusPacket> parse(ByteView datagram);

  RadiusPacket(RadiusPacket&&) noexcept = default;
  RadiusPacket& operator=(RadiusPacket&&) noexcept = default;
  RadiusPacket(const RadiusPacket&) = delete;
  RadiusPacket& operator=(const RadiusPacket&) = delete;
  ~RadiusPacket() = default;

  [[nodiscard]] RadiusCode code() const { return code_; }
  [[nodiscard]] std::uint8_t id() const { return bytes_[1]; }
  [[nodiscard]] const Md5Digest& authenticator() const { return authenticator_; }
  /// The packet without padding.
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  [[nodiscard]] const std::vector<RadiusAttribute>& attributes() const { return attributes_; }

  /// The first attribute of this type.
  [[nodiscard]] std::optional<ByteView> find(RadiusType type) const;
  /// The same as text; empty where there is none.
  [[nodiscard]] std::string text(RadiusType type) const;

 private:
  RadiusPacket() = default;

  Result<void> read_attributes();

  RadiusCode code_ = RadiusCode::access_request;
  Md5Digest authenticator_{};
  Bytes bytes_;
  std::vector<RadiusAttribute> attributes_;
};

/// What a packet's own marks say about whether who sent it knows the secret.
enum class RadiusProof {
  missing,  ///< no Message-Authenticator: anybody on the way may have written any of it
  wrong,
  right,
};

/// Checks the Message-Authenticator of a request (of an Accounting-Request: its Request
/// Authenticator as well, and that alone where there is no other), in constant time.
[[nodiscard]] RadiusProof check_request(const RadiusPacket& request, const Secret& secret);

/// Checks a reply to the request with this authenticator: Response Authenticator, and the
/// Message-Authenticator. For clients.
[[nodiscard]] RadiusProof check_reply(const RadiusPacket& reply, const Md5Digest& request,
                                      const Secret& secret);

/// How the user's secret is carried in an Access-Request.
enum class RadiusMethod { pap, chap, ms_chap, eap, none };
[[nodiscard]] RadiusMethod method_of(const RadiusPacket& request);

/// Why a method cannot be answered, and what to do, for the log; empty for pap. What is typed must
/// reach us as it was typed: one-time codes are not kept as passwords are.
[[nodiscard]] std::string_view refusal_of(RadiusMethod method);

/// The typed password in User-Password, which the caller wipes; empty for an empty one.
/// Errors: invalid_input, when there is none, more than one, or it is not of its form.
[[nodiscard]] Result<std::string> typed_password(const RadiusPacket& request, const Secret& secret);

/// The reply to an Accounting-Request that was recorded. Its authenticator is all its proof: RFC
/// 2866 knows no other.
[[nodiscard]] Bytes accounting_response(const RadiusPacket& request, const Secret& secret);

/// Writes one packet. Message-Authenticator stands first (draft-ietf-radext-deprecating-radius):
/// what stands in front of it could be used to forge a packet with the same MD5 (CVE-2024-3596).
class RadiusWriter {
 public:
  /// A request of a client with this (random) authenticator.
  RadiusWriter(RadiusCode code, std::uint8_t id, const Md5Digest& authenticator);
  /// A reply; `finish_reply` echoes the request's Proxy-State in order.
  RadiusWriter(RadiusCode code, const RadiusPacket& request);

  /// Adds an attribute. False, and nothing is added, when `value` is empty or too long, or the
  /// packet is full.
  [[nodiscard]] bool add(RadiusType type, ByteView value);
  /// Adds `text` in as many attributes as it needs, none of them splitting a UTF-8 character.
  [[nodiscard]] bool add_text(RadiusType type, std::string_view text);

  /// The packet. Each is called once, as the last call.
  [[nodiscard]] Bytes finish_request(const Secret& secret) &&;
  [[nodiscard]] Bytes finish_reply(const Secret& secret) &&;

 private:
  void append(RadiusType type, ByteView value);
  void seal(const Secret& secret);

  Bytes bytes_;
  Bytes proxy_states_;  ///< whole attributes, as they came
};

}  // namespace lockstep
