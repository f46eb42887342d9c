// SPDX-License-Identifier: Apache-2.0
// The pages of web/ before the API: what a browser asks for is answered from memory, everything
// else goes to the API's router.
//
//     /                     leads to /portal/
//     /portal and below     portal.html, with a fresh nonce in it for each answer
//     /console and below    console.html, likewise
//     /lab and below        lab.html, where the server is a demo
//     /assets/NAME          the file, for ever: its name changes with its content
//
// A name is looked up in a table and never on the disk, so no path leads out of the directory.
#pragma once

#include <string>
#include <string_view>

#include "front/http/handler.h"
#include "front/pages/page_files.h"
#include "ports/random.h"

namespace lockstep {

/// Whether the lab is served: only where the data is thrown away.
enum class LabDoor { shut, open };

/// Thread-safe, as HttpHandler asks.
class PageHandler final : public HttpHandler {
 public:
  /// `api` answers what is no page; it and `random` outlive this.
  PageHandler(const HttpHandler& api, Random& random, PageFiles files, LabDoor lab)
      : api_(api), random_(random), files_(std::move(files)), lab_(lab) {}

  [[nodiscard]] Response handle(const Request& request) const override;
  [[nodiscard]] Response refuse(const Refusal& refusal) const override;
  [[nodiscard]] std::size_t body_bytes_max(Method method, std::string_view path) const override;

 private:
  /// The page that `path` is; null where it is none of ours.
  [[nodiscard]] const std::string* page_at(std::string_view path) const;
  [[nodiscard]] Response page(const std::string& built) const;
  [[nodiscard]] Response asset(const Request& request) const;

  const HttpHandler& api_;
  Random& random_;
  PageFiles files_;
  LabDoor lab_;
};

/// What a browser may do on a page whose scripts are all our files and whose styles carry `nonce`.
[[nodiscard]] std::string content_security_policy(std::string_view nonce);

/// Whether `accept` (the header field Accept-Encoding, RFC 9110 section 12.5.3) takes `coding`.
[[nodiscard]] bool accepts_encoding(std::string_view accept, std::string_view coding);

}  // namespace lockstep
