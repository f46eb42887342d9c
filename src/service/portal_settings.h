// SPDX-License-Identifier: Apache-2.0
// How the self-service portal is set up: the section [portal] of the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace lockstep {

/// Which choices the page "What is wrong?" has.
enum class Trouble { not_accepted, broken, left_behind, lost };

/// Set before the first request, and then only read.
struct PortalSettings {
  std::string organisation;  ///< shown beside the page's name
  /// Where people find it: "https://otp.example.org", without a slash at its end. Links in mails
  /// begin with it.
  std::string url;
  std::vector<std::string> languages{"en", "sv"};
  std::string default_language = "en";

  bool password = false;   ///< asked for at sign-in, together with the passcode
  bool email_code = true;  ///< sign-in and confirmation with a code by mail

  struct Allow {
    bool resync = true;
    bool report_lost = true;
    bool temporary_code = true;
    bool rename = true;
    bool make_primary = true;
    bool test = true;
    bool not_me = true;
  };
  Allow allow;
  std::vector<Trouble> troubleshoot{Trouble::not_accepted, Trouble::broken, Trouble::left_behind,
                                    Trouble::lost};

  Seconds temporary_lasts{24 * 3'600};
  std::uint32_t temporary_codes = 0;  ///< so many that work once each; 0: one for all the time

  /// The help desk, as people reach it. Its mail is also where "This was not me" is reported to.
  struct Help {
    std::string phone;
    std::string email;
    std::string hours;
    std::string url;
  };
  Help help;

  Seconds idle{15 * 60};    ///< a session ends after so long without input
  Seconds life{8 * 3'600};  ///< and after so long in any case
  Seconds fresh{10 * 60};   ///< how long a code by mail counts as proof of who somebody is
  bool demo = false;        ///< whether there is a lab to go to
};

}  // namespace lockstep
