// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"
#include "front/rest/errors.h"
#include "front/rest/routes.h"

namespace lockstep {
namespace {

/// Stable texts: whoever reads them is a script that decides where log-ins go.
std::string detail_of(NotReady why) {
  switch (why) {
    case NotReady::stopping:
      return "stopping: the server is on its way down";
    case NotReady::store:
      return "store: it cannot be read";
    case NotReady::key:
      return "key: it does not open what the store holds";
  }
  LOCKSTEP_ASSERT(false);
}

Result<Response> get_health(Services&, const Context&, const Call&) {
  return json_response(200, {{"status", "ok"}});
}

Result<Response> get_ready(Services& services, const MailDesk* mails) {
  if (const std::optional<NotReady> why = not_ready(services)) {
    return problem(Refusal{RefusalKind::unavailable, detail_of(*why), ""});
  }
  boost::json::object answer{{"status", "ready"},
                             {"clock", services.clock_watch.is_doubted() ? "in_doubt" : "trusted"}};
  if (mails != nullptr) answer["mail"] = json_text(name_of(mails->report().kind));
  return json_response(200, answer);
}

}  // namespace

void add_health_routes(RestRoutes& routes, const MailDesk* mails) {
  routes.add_public("/healthz", get_health);
  routes.add_public("/readyz", [mails](Services& services, const Context&, const Call&) {
    return get_ready(services, mails);
  });
}

}  // namespace lockstep
