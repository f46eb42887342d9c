// SPDX-License-Identifier: Apache-2.0
#include "app/local_transport.h"

#include <unistd.h>

namespace lockstep {

Result<ApiReply> LocalTransport::send(const ApiRequest& request) {
  Request whole;
  whole.method = parse_method(request.method);
  if (whole.method == Method::other) {
    return fail(Errc::invalid_input, "unknown method " + request.method);
  }
  const std::size_t question = request.target.find('?');
  whole.path = request.target.substr(0, question);
  if (question != std::string::npos) whole.query = request.target.substr(question + 1);
  whole.content_type = request.content_type;
  whole.body = request.body;
  whole.if_match = request.if_match;
  whole.peer.kind = PeerKind::in_process;
  whole.peer.uid = ::geteuid();
  const Response response = site_.router->handle(whole);
  return ApiReply{static_cast<unsigned>(response.status), response.body};
}

}  // namespace lockstep
