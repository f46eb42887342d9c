// SPDX-License-Identifier: Apache-2.0
// An organisation with a portal: "anna", who has a mailbox and a fob, and a help desk.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "service/mail_codes.h"
#include "service/outgoing_mail.h"
#include "service/service_test_world.h"
#include "service/user_sessions.h"

namespace lockstep {

class PortalWorld : public World {
 protected:
  PortalWorld() : fob_((add_person("anna"), add_fob("anna", "FOB-4411"))) {
    services->portal.help.email = "help@example.org";
    services->portal.url = "https://otp.example.org";
  }

  /// A user with a name and a mailbox.
  void add_person(const std::string& name) {
    UserPatch patch;
    patch.first_name = "Anna";
    patch.last_name = "Berg";
    patch.email = name + "@example.org";
    ASSERT_TRUE(upsert_user(*services, owner(), user_name(name), patch, {}));
  }

  [[nodiscard]] Context visitor() const { return portal_context(*services, "192.0.2.7"); }
  /// A request of who holds this session, now.
  [[nodiscard]] Context as(const std::string& secret) {
    const auto found = find_user_session(*services, secret, Touch::yes).value();
    EXPECT_TRUE(found) << "the session is over";
    return begin(*services, found ? caller_of(*services, *found) : Caller{});
  }
  [[nodiscard]] bool is_open(const std::string& secret) {
    return find_user_session(*services, secret, Touch::no).value().has_value();
  }

  PasscodeAnswer sign_in(const std::string& name, std::string code) {
    return sign_in_with_passcode(
               *services, visitor(),
               {.user = name, .password = {}, .code = std::move(code), .about = "192.0.2.7"})
        .value();
  }
  std::string shown() { return fob_.shows(clock.now().wall); }
  /// The secret of a session by passcode; half a minute later, so that the next code is another.
  std::string by_passcode() {
    const PasscodeAnswer answer = sign_in("anna", shown());
    clock.advance(Seconds(30));
    EXPECT_TRUE(answer.begun);
    return answer.begun ? answer.begun->secret : "";
  }
  MailCodeSent ask(const std::string& name = "anna") {
    MailCodeOrder order;
    order.user = user_name(name);
    order.language = "en";
    return send_mail_code(*services, visitor(), order).value();
  }
  MailCodeAnswer give(const std::string& state, const std::string& code) {
    return sign_in_with_mail_code(*services, visitor(), {state, code, "192.0.2.7"}).value();
  }
  /// The secret of a fresh session.
  std::string by_mail(const std::string& name = "anna") {
    const MailCodeSent sent = ask(name);
    const MailCodeAnswer answer = give(sent.state, mailed_code());
    const auto* done = std::get_if<MailCodeAccepted>(&answer);
    EXPECT_NE(done, nullptr);
    return done == nullptr ? "" : done->begun.secret;
  }

  std::vector<Mail> mails() { return store.newest_mails(100).value(); }
  std::vector<Mail> mails(MailEvent event) {
    std::vector<Mail> found = mails();
    std::erase_if(found, [&](const Mail& one) { return one.event != event; });
    return found;
  }
  std::map<std::string, std::string> said(const Mail& mail) {
    return open_arguments(*services, mail).value();
  }
  /// The code in the mail that was written last.
  std::string mailed_code() { return said(mails(MailEvent::email_code).at(0)).at("code"); }

  std::vector<EventKind> kinds_written() {
    std::vector<EventKind> kinds;
    const std::vector<AuditRecord> records = store.audit({.limit = 1'000}).value();
    for (const AuditRecord& one : records) {
      kinds.push_back(one.event.kind);
    }
    return kinds;
  }
  std::ptrdiff_t count(EventKind kind) { return std::ranges::count(kinds_written(), kind); }

  SimulatedToken fob_;
};

}  // namespace lockstep
