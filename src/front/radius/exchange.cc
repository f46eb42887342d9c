// SPDX-License-Identifier: Apache-2.0
#include "front/radius/exchange.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace lockstep {
namespace {

constexpr std::string_view kAskForChallenge = "CHALLENGE";

/// What of a State is ours to read; nothing, where there is none or it is not from us.
std::optional<RadiusAsked> asked_by(std::string_view state) {
  if (state.empty()) return std::nullopt;
  for (const RadiusAsked asked :
       {RadiusAsked::password, RadiusAsked::code, RadiusAsked::pin, RadiusAsked::mail_code}) {
    if (state.front() == std::to_underlying(asked)) return asked;
  }
  return std::nullopt;
}

/// What stands in front of the client's word for a code by mail, in a field that could hold a code;
/// nothing, where it is not the word that it ends with.
std::optional<std::string_view> before_mail_word(const RadiusClient& client,
                                                 std::optional<RadiusAsked> asked,
                                                 std::string_view typed) {
  const bool could_be_code =
      asked ? asked == RadiusAsked::code : client.first_factor != RadiusFirstFactor::password;
  if (!could_be_code || client.mail_word.empty() || !client.shows_challenges) return std::nullopt;
  typed = trim(typed);
  if (!ascii_upper(typed).ends_with(client.mail_word)) return std::nullopt;
  typed.remove_suffix(client.mail_word.size());
  return trim(typed);
}

/// What the next request answers.
RadiusAsked asked_next(const LoginAnswer& answer, RadiusAsked asked) {
  if (answer.pin) return RadiusAsked::pin;
  return answer.prompt == "mail_code" ? RadiusAsked::mail_code : asked;
}

bool is_first_factor_alone(const RadiusClient& client, std::string_view typed) {
  switch (client.first_factor) {
    case RadiusFirstFactor::none:
      return false;
    case RadiusFirstFactor::pin:
      return client.shows_challenges && typed.size() < kPinAloneBelow;
    case RadiusFirstFactor::password:
      return true;
  }
  LOCKSTEP_ASSERT(false);
}

/// RFC 2869 section 5.10: whether what is typed may be seen. A code may, a PIN or password not.
Bytes prompt_echo(const RadiusClient& client, const LoginAnswer& answer, RadiusAsked asked) {
  const bool may_have_pin = answer.prompt != "next_code" && answer.prompt != "mail_code" &&
                            client.first_factor == RadiusFirstFactor::pin;
  const bool is_secret = asked == RadiusAsked::password || answer.pin || may_have_pin;
  return {0, 0, 0, static_cast<std::uint8_t>(is_secret ? 0 : 1)};
}

std::string_view problem_text(PinProblem problem, const AskedPin& pin) {
  switch (problem) {
    case PinProblem::too_short:
      return "Too short. ";
    case PinProblem::too_long:
      return "Too long. ";
    case PinProblem::characters:
      return "Only letters A to Z, digits and signs, please. ";
    case PinProblem::pattern:
      return "Too easy to guess. ";
    case PinProblem::used_before:
      return "Not a new one. ";
    case PinProblem::different:
      return pin.given ? "That was not it. " : "Those were two different ones. ";
  }
  LOCKSTEP_ASSERT(false);
}

std::string pin_prompt(const AskedPin& pin, bool again) {
  if (again) return "Enter your new PIN again: ";
  std::string text(pin.problem ? problem_text(*pin.problem, pin) : "Your PIN has to be changed. ");
  if (pin.given) return text + "Your new PIN is " + *pin.given + ". Enter it: ";
  return text +
         fmt::format("Enter a new PIN of {} to {} characters: ", pin.length_min, pin.length_max);
}

/// What is written down as the place of a user: no bytes that a log or a database trips over, and
/// the same place still the same.
std::string readable(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

void wipe_text(std::string& text) {
  wipe(std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
}

}  // namespace

RadiusLogin read_login(const RadiusClient& client, const RadiusPacket& request, std::string typed) {
  RadiusLogin login;
  LoginRequest& made = login.request;
  made.user = request.text(RadiusType::user_name);
  made.client = readable(request.text(RadiusType::calling_station_id));
  made.prompting = client.shows_challenges ? Prompting::possible : Prompting::impossible;
  made.group = client.group;
  made.first_factor = client.first_factor == RadiusFirstFactor::none ? FirstFactorRule::not_asked
                                                                     : FirstFactorRule::as_user_has;
  made.redelivery = Redelivery::possible;

  const std::string state = request.text(RadiusType::state);
  const std::optional<RadiusAsked> asked = asked_by(state);
  // A State that cannot be ours still makes this an answer, to a challenge that nobody remembers.
  if (!state.empty()) made.state = asked && state.size() > 1 ? state.substr(1) : state;

  const bool wants_prompt = client.shows_challenges && state.empty() &&
                            (typed.empty() || ascii_upper(typed) == kAskForChallenge);
  const auto before_word = before_mail_word(client, asked, typed);
  if (before_word) {
    made.mail = MailWish::a_code;
    made.code = *before_word;
  } else if (wants_prompt) {
    if (client.first_factor == RadiusFirstFactor::password) login.next = RadiusAsked::password;
  } else if (asked.value_or(RadiusAsked::password) == RadiusAsked::password &&
             is_first_factor_alone(client, typed)) {
    made.password = Secret::copy_of(typed);
    if (client.first_factor == RadiusFirstFactor::pin) {
      made.password_field = PasswordField::guessed;
    }
  } else {
    made.code = typed;
  }
  wipe_text(typed);
  return login;
}

std::string prompt_text(const RadiusClient& client, const LoginAnswer& answer, RadiusAsked asked) {
  if (asked == RadiusAsked::password) return "Password: ";
  if (answer.prompt == "next_code") return "Enter the next code that your token shows: ";
  if (answer.pin) return pin_prompt(*answer.pin, answer.prompt == "new_pin_again");
  if (answer.prompt == "mail_code") return "A code was sent to you by mail. Enter it: ";
  return client.first_factor == RadiusFirstFactor::pin ? "Enter your code (with your PIN in front, "
                                                         "if you have not entered it yet): "
                                                       : "Enter the code of your token: ";
}

Bytes write_reply(const RadiusClient& client, const RadiusPacket& request,
                  const LoginAnswer& answer, RadiusAsked asked) {
  switch (answer.verdict) {
    case Verdict::reject:
      return write_bare(client, request, RadiusCode::access_reject);
    case Verdict::accept: {
      RadiusWriter writer(RadiusCode::access_accept, request);
      for (const RadiusReplyAttribute* one : reply_attributes(client, answer.groups)) {
        static_cast<void>(writer.add(one->type, one->value));
      }
      return std::move(writer).finish_reply(client.secret);
    }
    case Verdict::challenge: {
      RadiusWriter writer(RadiusCode::access_challenge, request);
      const std::string state =
          std::string(1, std::to_underlying(asked_next(answer, asked))) + answer.state.value_or("");
      // Without State the answer could not be told from a new log-in: that is worth no prompt.
      if (!writer.add(RadiusType::state, bytes_of(state))) {
        return write_bare(client, request, RadiusCode::access_reject);
      }
      static_cast<void>(
          writer.add_text(RadiusType::reply_message, prompt_text(client, answer, asked)));
      static_cast<void>(writer.add(RadiusType::prompt, prompt_echo(client, answer, asked)));
      return std::move(writer).finish_reply(client.secret);
    }
  }
  LOCKSTEP_ASSERT(false);
}

Bytes write_bare(const RadiusClient& client, const RadiusPacket& request, RadiusCode code) {
  return RadiusWriter(code, request).finish_reply(client.secret);
}

}  // namespace lockstep
