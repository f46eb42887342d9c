// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "front/radius/accounting.h"
#include "front/radius/describe.h"
#include "front/radius/exchange.h"
#include "fuzz_target.h"

namespace {

lockstep::RadiusClient client_of(std::uint8_t kind) {
  using namespace lockstep;
  RadiusClient client;
  client.name = "gate";
  client.secret = Secret::copy_of("a secret for tests");
  client.first_factor = static_cast<RadiusFirstFactor>(kind % 3);
  client.shows_challenges = (kind & 4U) != 0;
  if ((kind & 8U) != 0) client.mail_word = "MAIL";
  return client;
}

}  // namespace

// The first byte chooses what client it is. Whatever its packet holds: what is read of it, shown of
// it and answered to it stays within its bounds.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  if (size == 0) return 0;
  const RadiusClient client = client_of(data[0]);
  const auto packet = RadiusPacket::parse({data + 1, size - 1});
  if (!packet) return 0;
  const SpokenPacket shown = describe(*packet, ShowMessage::yes);
  LOCKSTEP_ASSERT(shown.lines.size() <= kShownAttributesMax + 1);
  static_cast<void>(read_accounting(*packet));
  const auto typed = typed_password(*packet, client.secret);
  if (!typed) return 0;
  const RadiusLogin login = read_login(client, *packet, *typed);
  LoginAnswer answer;
  answer.verdict = static_cast<Verdict>(data[0] % 3);
  answer.state = std::string(43, 's');
  answer.prompt = "next_code";
  const Bytes reply = write_reply(client, *packet, answer, login.next);
  LOCKSTEP_ASSERT(RadiusPacket::parse(reply).has_value());
  return 0;
}
