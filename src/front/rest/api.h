// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "front/http/router.h"

namespace lockstep {

struct Services;

/// The whole REST API as one router: for the HTTP server, and for the command line in process
/// where no server runs. `services` outlive it. Thread-safe as the services are.
[[nodiscard]] std::unique_ptr<Router> make_api_router(Services& services);

}  // namespace lockstep
