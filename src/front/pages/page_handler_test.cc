// SPDX-License-Identifier: Apache-2.0
#include "front/pages/page_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/seeded_random.h"

namespace lockstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Says that it was asked.
class Api final : public HttpHandler {
 public:
  [[nodiscard]] Response handle(const Request& request) const override {
    return {.status = 200, .content_type = "text/plain", .body = "api " + request.path};
  }
  [[nodiscard]] Response refuse(const Refusal& refusal) const override {
    return {.status = refusal.kind == RefusalKind::not_found ? 404 : 405,
            .body = refusal.detail,
            .headers = {{"Allow", refusal.allow}}};
  }
  [[nodiscard]] std::size_t body_bytes_max(Method, std::string_view) const override { return 7; }
};

BuiltFiles built() {
  return {{"portal.html", "<meta content=\"__CSP_NONCE__\"><style nonce=\"__CSP_NONCE__\">portal"},
          {"console.html", "console"},
          {"lab.html", "lab"},
          {"assets/a.js", "plain"},
          {"assets/a.js.br", "brotli"},
          {"assets/a.js.gz", "gzip"},
          {"assets/i.woff2", "font"}};
}

class PageHandlerTest : public ::testing::Test {
 protected:
  Response get(const std::string& path, const std::string& encodings = "",
               const std::string& etag = "") {
    Request request;
    request.method = Method::get;
    request.path = path;
    request.accept_encoding = encodings;
    request.if_none_match = etag;
    return pages_.handle(request);
  }
  Response ask(Method method, const std::string& path) {
    Request request;
    request.method = method;
    request.path = path;
    return pages_.handle(request);
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  Api api_;
  SeededRandom random_{1};
  PageHandler pages_{api_, random_, PageFiles(built()), LabDoor::shut};
};

TEST_F(PageHandlerTest, EveryAddressOfAPageIsThatPage) {
  for (const char* path : {"/portal", "/portal/", "/portal/devices/A1/resync", "/portal/a.js"}) {
    EXPECT_THAT(get(path).body, HasSubstr("portal")) << path;
  }
  EXPECT_EQ(get("/console/tokens").body, "console");
  EXPECT_EQ(get("/portal").content_type, "text/html; charset=utf-8");
}

TEST_F(PageHandlerTest, WhatIsNoPageGoesToTheApi) {
  for (const char* path : {"/api/v1/users", "/healthz", "/portalx", "/Portal", "/portal.html",
                           "/assets", "/x/portal", "//portal"}) {
    EXPECT_EQ(get(path).body, std::string("api ") + path);
  }
  EXPECT_EQ(pages_.body_bytes_max(Method::post, "/api"), 7U);
}

TEST_F(PageHandlerTest, TheLabIsThereInADemoOnly) {
  EXPECT_EQ(get("/lab/").body, "api /lab/");
  const PageHandler demo(api_, random_, PageFiles(built()), LabDoor::open);
  Request request;
  request.method = Method::get;
  request.path = "/lab/";
  EXPECT_EQ(demo.handle(request).body, "lab");
}

TEST_F(PageHandlerTest, TheRootLeadsToThePortal) {
  const Response response = get("/");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(header(response, "Location"), "/portal/");
}

TEST_F(PageHandlerTest, EachPageHasANonceOfItsOwnInEveryPlace) {
  const Response first = get("/portal");
  const Response second = get("/portal");
  EXPECT_THAT(first.body, Not(HasSubstr("__CSP_NONCE__")));
  EXPECT_NE(first.body, second.body);
  const std::string nonce = first.body.substr(15, 24);
  EXPECT_EQ(nonce.substr(22), "==");  // 16 bytes in base64.
  EXPECT_EQ(first.body, "<meta content=\"" + nonce + "\"><style nonce=\"" + nonce + "\">portal");
  EXPECT_THAT(header(first, "Content-Security-Policy"), HasSubstr("'nonce-" + nonce + "'"));
}

TEST_F(PageHandlerTest, ThePolicyOfAPageAllowsNoScriptButOurFiles) {
  EXPECT_EQ(content_security_policy("N"),
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' "
            "data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'");
  EXPECT_EQ(header(get("/portal"), "Cross-Origin-Opener-Policy"), "same-origin");
  EXPECT_EQ(header(get("/assets/a.js"), "Cross-Origin-Resource-Policy"), "same-origin");
}

TEST_F(PageHandlerTest, AnAssetIsSentInTheBestFormThatTheBrowserTakes) {
  EXPECT_EQ(get("/assets/a.js").body, "plain");
  EXPECT_EQ(header(get("/assets/a.js"), "Content-Encoding"), "");
  EXPECT_EQ(get("/assets/a.js", "gzip, deflate, br, zstd").body, "brotli");
  EXPECT_EQ(header(get("/assets/a.js", "br"), "Content-Encoding"), "br");
  EXPECT_EQ(get("/assets/a.js", "gzip;q=0.5").body, "gzip");
  EXPECT_EQ(header(get("/assets/a.js", "gzip"), "Content-Encoding"), "gzip");
  EXPECT_EQ(get("/assets/a.js", "br;q=0, gzip").body, "gzip");
  EXPECT_EQ(get("/assets/i.woff2", "br").body, "font");
  EXPECT_EQ(header(get("/assets/i.woff2", "br"), "Content-Encoding"), "");
}

TEST_F(PageHandlerTest, AnAssetMayBeKeptForEverAndIsAskedForByItsTag) {
  const Response first = get("/assets/a.js", "br");
  EXPECT_EQ(header(first, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(first, "Vary"), "Accept-Encoding");
  const std::string etag = header(first, "ETag");
  EXPECT_NE(etag, header(get("/assets/a.js"), "ETag"));
  for (const std::string& asked : {etag, "\"x\", " + etag, "W/" + etag, std::string("*")}) {
    const Response again = get("/assets/a.js", "br", asked);
    EXPECT_EQ(again.status, 304) << asked;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(header(again, "ETag"), etag);
  }
  EXPECT_EQ(get("/assets/a.js", "br", "\"other\"").status, 200);
  EXPECT_EQ(get("/assets/a.js", "", etag).status, 200) << "that is the tag of another form";
}

TEST_F(PageHandlerTest, NoPathLeadsOutOfTheAssets) {
  for (const char* path :
       {"/assets/", "/assets/none.js", "/assets/../portal.html", "/assets/..%2fportal.html",
        "/assets/a.js/", "/assets//a.js", "/assets/a.js.br", "/assets/%61.js"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST_F(PageHandlerTest, PagesAreReadAndNothingElse) {
  for (const char* path : {"/", "/portal", "/assets/a.js"}) {
    EXPECT_EQ(ask(Method::head, path).status, get(path).status) << path;
    for (const Method method : {Method::post, Method::put, Method::delete_, Method::other}) {
      EXPECT_EQ(ask(method, path).status, 405) << path;
      EXPECT_EQ(header(ask(method, path), "Allow"), "GET, HEAD");
    }
  }
}

TEST_F(PageHandlerTest, AServerWithoutPagesIsTheApiAlone) {
  const PageHandler bare(api_, random_, PageFiles(), LabDoor::open);
  Request request;
  request.method = Method::get;
  for (const char* path : {"/", "/portal/", "/lab/"}) {
    request.path = path;
    EXPECT_EQ(bare.handle(request).body, std::string("api ") + path);
  }
}

TEST(AcceptsEncoding, ReadsWeightsAndStars) {
  EXPECT_TRUE(accepts_encoding("br", "br"));
  EXPECT_TRUE(accepts_encoding("gzip , BR;q=0.1", "br"));
  EXPECT_TRUE(accepts_encoding("*", "br"));
  EXPECT_TRUE(accepts_encoding("*;q=0, br", "br"));
  EXPECT_FALSE(accepts_encoding("", "br"));
  EXPECT_FALSE(accepts_encoding("gzip, brotli", "br"));
  EXPECT_FALSE(accepts_encoding("br;q=0", "br"));
  EXPECT_FALSE(accepts_encoding("br; q=0.000, *", "br"));
  EXPECT_FALSE(accepts_encoding(";;,,q=1;", "br"));
}

}  // namespace
}  // namespace lockstep
