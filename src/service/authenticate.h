// SPDX-License-Identifier: Apache-2.0
// One log-in attempt from a client: VPN gateway, host, application.
//
// The first factor. A user may have a password, a PIN, both or neither.
// * What is given must be right: the password field must hold the user's password or PIN, and what
//   stands in front of the code must be the PIN exactly. Something given to a user who has nothing
//   to compare it with is wrong: unknown means refused.
// * Who has a password or a PIN must give at least one of them, in either place.
// * Who has neither and gives nothing is judged by the code alone.
// * Inside a conversation (`state`) a factor that was right stays right; what is given again must
//   still be right; what was wrong stays wrong.
//
// Without a code. Who can ask its user for one (`prompting`) may leave it out: the answer is a
// challenge, prompt "code", whether or not the user is known and the factor right. Both are judged
// together with the code, so that nobody learns about one from the other. Within a conversation
// that goes for an answer that brings a password; one that brings nothing is refused.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "core/model/names.h"
#include "formats/pin_text.h"
#include "service/services.h"

namespace lockstep {

/// Whether the client can ask its user for another code within the same log-in. To one that cannot,
/// every challenge would be lost; its users log in twice instead.
enum class Prompting { impossible, possible };

/// What the password field holds: what the user typed into it; or what a front that has one field
/// took for a first factor because it is short. Of a user who has none that is no wrong one, as it
/// may be the code of a token that shows few digits: asked for the code, the user types that again.
enum class PasswordField { typed, guessed };

/// Whether the first factor is asked for. Where it is not, because the client checks one of its
/// own, what is given must be right all the same.
enum class FirstFactorRule { as_user_has, not_asked };

/// Whether the same answer to a challenge (state, caller and code), within ten seconds, is given
/// the same decision again: for protocols that repeat a request by way of another server.
enum class Redelivery { refused, possible };

/// Whether somebody else has checked the first factor, in place of the user's own password or PIN:
/// an operator's password, say. What stands in front of the code must be the user's PIN all the
/// same.
enum class Vouched { no, right, wrong };

/// Whether the user asks for a code by mail, to be given in place of a token's
/// (service/mail_log_in.h).
enum class MailWish { none, a_code };

struct LoginRequest {
  std::string user;                ///< as typed
  std::optional<Secret> password;  ///< an empty one counts as not given
  PasswordField password_field = PasswordField::typed;
  std::string code;    ///< as typed: code, PIN and code, two codes; or empty
  std::string client;  ///< where the user is, as the client tells it; may be empty
  std::optional<std::string> state;
  Prompting prompting = Prompting::impossible;
  std::optional<GroupName> group;  ///< the user must be in it
  FirstFactorRule first_factor = FirstFactorRule::as_user_has;
  Redelivery redelivery = Redelivery::refused;
  Vouched vouched = Vouched::no;  ///< else `password` is not looked at
  MailWish mail =
      MailWish::none;  ///< else `code` is what stood in front of the wish: the PIN, or empty
};

/// What a challenge that asks for a new PIN says of it (service/new_pin.h).
struct AskedPin {
  std::uint32_t length_min = 0;  ///< characters
  std::uint32_t length_max = 0;
  std::optional<std::string> given;   ///< made up by the server, to be typed; else the user chooses
  std::optional<PinProblem> problem;  ///< why what was typed before is not taken
};

enum class Verdict { accept, reject, challenge };

/// A rejection never says why: unknown user, wrong password, wrong code and near code are the same.
struct LoginAnswer {
  Verdict verdict = Verdict::reject;
  std::optional<Serial> serial;      ///< accept: of the token
  std::optional<std::string> state;  ///< challenge: to be sent with the next code, valid once
  /// challenge: a message key, "next_code", "code", "new_pin", "new_pin_again" or "mail_code"
  std::string prompt;
  std::optional<AskedPin> pin;    ///< challenge for a new PIN
  std::vector<GroupName> groups;  ///< accept: the user's, ascending
  Micros hold{0};  ///< reject: send the answer so much later (service/source_limit.h)
};

/// Decides an attempt and writes the decision, refusals too, before it answers. Permission:
/// authenticate. Errors: unavailable, also where it is unknown whether the decision was written:
/// the user is refused and the code counts as spent; corrupt, when a seed of the user cannot be
/// opened.
[[nodiscard]] Result<LoginAnswer> authenticate(Services& services, const Context& context,
                                               LoginRequest request);

/// Bytes of `user`, `code`, `client` and `state` that are looked at; longer ones are rejected.
inline constexpr std::size_t kLoginTextBytesMax = 256;

}  // namespace lockstep
