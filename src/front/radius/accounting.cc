// SPDX-License-Identifier: Apache-2.0
#include "front/radius/accounting.h"

#include <array>
#include <string_view>

#include "front/radius/address.h"

namespace lockstep {
namespace {

constexpr std::uint32_t kStart = 1;  // RFC 2866 section 5.1
constexpr std::uint32_t kStop = 2;

// RFC 2866 section 5.10, from 1.
constexpr std::array<std::string_view, 18> kCauses = {
    "user_request", "lost_carrier",  "lost_service",   "idle_timeout",   "session_timeout",
    "admin_reset",  "admin_reboot",  "port_error",     "nas_error",      "nas_request",
    "nas_reboot",   "port_unneeded", "port_preempted", "port_suspended", "service_unavailable",
    "callback",     "user_error",    "host_request"};

std::optional<std::uint32_t> number(const RadiusPacket& packet, RadiusType type) {
  const auto value = packet.find(type);
  if (!value || value->size() != sizeof(std::uint32_t)) return std::nullopt;
  std::uint32_t result = 0;
  for (const std::uint8_t byte : *value) result = (result << 8U) | byte;
  return result;
}

/// 32 bits, and how often they went round (RFC 2869 section 5.1).
std::optional<std::uint64_t> octets(const RadiusPacket& packet, RadiusType low, RadiusType high) {
  const auto bytes = number(packet, low);
  if (!bytes) return std::nullopt;
  return (std::uint64_t{number(packet, high).value_or(0)} << 32U) | *bytes;
}

std::optional<std::string> cause_of(const RadiusPacket& packet) {
  const auto cause = number(packet, RadiusType::acct_terminate_cause);
  if (!cause) return std::nullopt;
  if (*cause == 0 || *cause > kCauses.size()) return std::to_string(*cause);
  return std::string(kCauses.at(*cause - 1));
}

std::optional<std::string> address_of(const RadiusPacket& packet) {
  const auto value = packet.find(RadiusType::framed_ip_address);
  constexpr std::size_t kV4 = 4;
  if (!value || value->size() != kV4) return std::nullopt;
  return IpAddress::of_v4({(*value)[0], (*value)[1], (*value)[2], (*value)[3]}).text();
}

}  // namespace

std::optional<AccessReport> read_accounting(const RadiusPacket& request) {
  const auto status = number(request, RadiusType::acct_status_type);
  if (status != kStart && status != kStop) return std::nullopt;
  AccessReport report;
  report.kind = status == kStart ? AccessReport::Kind::started : AccessReport::Kind::ended;
  report.user = request.text(RadiusType::user_name);
  report.client = request.text(RadiusType::calling_station_id);
  report.session = request.text(RadiusType::acct_session_id);
  report.address = address_of(request);
  if (status == kStart) return report;
  report.seconds = number(request, RadiusType::acct_session_time);
  report.bytes_in =
      octets(request, RadiusType::acct_input_octets, RadiusType::acct_input_gigawords);
  report.bytes_out =
      octets(request, RadiusType::acct_output_octets, RadiusType::acct_output_gigawords);
  report.cause = cause_of(request);
  return report;
}

}  // namespace lockstep
