// SPDX-License-Identifier: Apache-2.0
// One request to the API in memory: "METHOD TARGET" on the first line, the body behind it. Whatever
// is sent, the answer is one of ours, no fault of the server's, and what is stored can be read.
#include <memory>
#include <string>

#include "adapters/system/key_file.h"
#include "base/assert.h"
#include "formats/json.h"
#include "front/rest/api.h"
#include "fuzz_target.h"
#include "service/services.h"
#include "testing/fake_clock.h"
#include "testing/memory_store.h"
#include "testing/seeded_random.h"

namespace lockstep {
namespace {

constexpr int kServerFault = 500;

class Office {
 public:
  Office() : services_(start_services({store_, clock_, random_, vault_}, 1).value()) {
    router_ = make_api_router(*services_, {.service_uid = 1000});
    set_up("PUT /api/v1/groups/staff", "");
    set_up("PUT /api/v1/users/anna", R"({"last_name":"Lind"})");
    set_up("PUT /api/v1/groups/staff/members/anna", "");
    set_up("POST /api/v1/tokens",
           R"({"serial":"C1","kind":"hotp","form":"hardware","owner":"anna","counter":7,
               "seed":"3132333435363738393031323334353637383930"})");
  }

  /// As the owner, who may do everything.
  Response send(std::string_view line, std::string_view body) {
    const std::size_t blank = line.find(' ');
    std::string_view target = blank == std::string_view::npos ? "" : line.substr(blank + 1);
    Request request;
    request.method = parse_method(line.substr(0, blank));
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
    request.body = body;
    if (!body.empty()) request.content_type = "application/json";
    request.peer = {PeerKind::unix_socket, "", 0};
    Response response = router_->handle(request);
    LOCKSTEP_ASSERT(response.status >= 200 && response.status != kServerFault);
    return response;
  }

  /// What was taken into account can be looked at and carried out.
  void follow_up(std::string_view line, const Response& response) {
    if (response.status == 201 && line == "POST /api/v1/imports") {
      const boost::json::value report = parse_json(response.body).value();
      const std::string id(report.at("id").as_string());
      static_cast<void>(send("POST /api/v1/imports/" + id + "/commit", ""));
    }
    for (const char* list : {"users", "tokens", "groups", "api-keys", "policy", "audit"}) {
      const Response seen = send(std::string("GET /api/v1/") + list, "");
      LOCKSTEP_ASSERT(seen.status == 200 && parse_json(seen.body));
    }
  }

 private:
  void set_up(std::string_view line, std::string_view body) {
    LOCKSTEP_ASSERT(send(line, body).status < 300);
  }

  FakeClock clock_;
  SeededRandom random_{1};
  MemoryStore store_;
  KeyFileVault vault_{Secret(Bytes(32, 7))};
  std::unique_ptr<Services> services_;
  std::unique_ptr<Router> router_;
};

}  // namespace
}  // namespace lockstep

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  const std::string_view text = text_of(data, size);
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  Office office;
  const Response response =
      office.send(line, end == std::string_view::npos ? "" : text.substr(end + 1));
  const bool is_json = response.content_type.ends_with("json");
  LOCKSTEP_ASSERT(!is_json || response.body.empty() || parse_json(response.body));
  office.follow_up(line, response);
  return 0;
}
