// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "front/radius/packet.h"
#include "fuzz_target.h"

// Whatever came: its attributes fill it exactly, and a reply to it is one that its client can
// check.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  const auto packet = RadiusPacket::parse({data, size});
  if (!packet) return 0;
  std::size_t bytes = kRadiusBytesMin;
  for (const RadiusAttribute& one : packet->attributes()) bytes += one.value.size() + 2;
  LOCKSTEP_ASSERT(bytes == packet->bytes().size());

  const Secret secret = Secret::copy_of("a secret for tests");
  static_cast<void>(check_request(*packet, secret));
  LOCKSTEP_ASSERT(refusal_of(method_of(*packet)).empty() ==
                  (method_of(*packet) == RadiusMethod::pap));
  if (const auto typed = typed_password(*packet, secret)) {
    LOCKSTEP_ASSERT(typed->size() <= kRadiusPasswordBytesMax);
  }

  RadiusWriter writer(RadiusCode::access_challenge, *packet);
  const std::string name = packet->text(RadiusType::user_name);
  static_cast<void>(writer.add_text(RadiusType::reply_message, name));
  const Bytes reply = std::move(writer).finish_reply(secret);
  const auto read = RadiusPacket::parse(reply);
  LOCKSTEP_ASSERT(read && read->attributes().front().type == RadiusType::message_authenticator);
  LOCKSTEP_ASSERT(check_reply(*read, packet->authenticator(), secret) == RadiusProof::right);

  const Bytes recorded = accounting_response(*packet, secret);
  const auto echoed = RadiusPacket::parse(recorded);
  LOCKSTEP_ASSERT(echoed && std::ranges::all_of(echoed->attributes(), [](const auto& one) {
                    return one.type == RadiusType::proxy_state;
                  }));
  LOCKSTEP_ASSERT(check_reply(*echoed, packet->authenticator(), secret) == RadiusProof::missing);
  return 0;
}
