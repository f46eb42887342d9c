// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"
#include "front/rest/routes.h"
#include "service/mail_desk.h"

namespace lockstep {
namespace {

std::string_view name_of(MailState state) {
  switch (state) {
    case MailState::waiting:
      return "waiting";
    case MailState::sent:
      return "sent";
    case MailState::given_up:
      return "given_up";
  }
  LOCKSTEP_ASSERT(false);
}

std::string_view name_of(Delivery delivery) {
  switch (delivery) {
    case Delivery::taken:
      return "taken";
    case Delivery::later:
      return "later";
    case Delivery::never:
      return "never";
  }
  LOCKSTEP_ASSERT(false);
}

boost::json::object mail_json(const Mail& mail) {
  boost::json::object result{{"id", std::to_string(mail.id.value())},
                             {"to", mail.to},
                             {"event", json_text(lockstep::name_of(mail.event))},
                             {"language", mail.language},
                             {"state", json_text(name_of(mail.state))},
                             {"tries", mail.tries},
                             {"created_at", json_time(mail.created_at)},
                             {"expires_at", json_time(mail.expires_at)}};
  if (mail.state == MailState::waiting) result["next_try_at"] = json_time(mail.next_try_at);
  if (!mail.problem.empty()) result["problem"] = mail.problem;
  return result;
}

Result<Response> get_mails(Services& services, const Context&, const Call& call) {
  LOCKSTEP_TRY(const Page page, page_of(call));
  LOCKSTEP_TRY(const std::vector<Mail> mails, list_mails(services, page.limit));
  boost::json::array items;
  for (const Mail& mail : mails) items.push_back(mail_json(mail));
  return list_response(std::move(items), std::nullopt);
}

Result<Response> post_test(MailDesk* desk, const Context& context, const Call& call) {
  LOCKSTEP_TRY(Body body, Body::of(call));
  LOCKSTEP_TRY(const std::string to, body.members().text("to"));
  LOCKSTEP_CHECK(body.members().finish());
  if (desk == nullptr) {
    return fail(Errc::unavailable, "mails are sent by a server that runs, and none does");
  }
  LOCKSTEP_TRY(const DeliveryReport report, desk->send_test(context, to));
  boost::json::object answer{{"delivery", json_text(name_of(report.delivery))}};
  if (!report.why.empty()) answer["why"] = report.why;
  return json_response(200, answer);
}

}  // namespace

void add_mail_routes(RestRoutes& routes, MailDesk* desk) {
  routes.add(Method::get, "/mails", {Permission::audit_read}, get_mails, {"limit"});
  routes.add(Method::post, "/mails/test", {Permission::policy_write},
             [desk](Services&, const Context& context, const Call& call) {
               return post_test(desk, context, call);
             });
}

}  // namespace lockstep
