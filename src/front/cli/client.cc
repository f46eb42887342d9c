// SPDX-License-Identifier: Apache-2.0
#include "front/cli/client.h"

#include <algorithm>
#include <cstring>
#include <string>

#include <curl/curl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/handle.h"

namespace lockstep {
namespace {

using CurlHandle = Handle<CURL, curl_easy_cleanup>;
using HeaderList = Handle<curl_slist, curl_slist_free_all>;

/// curl's write callback; less than it was given tells curl to stop.
std::size_t append_body(const char* data, std::size_t size, std::size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  const std::size_t bytes = size * count;
  if (bytes > SocketTransport::kReplyBytesMax - body.size()) return 0;
  body.append(data, bytes);
  return bytes;
}

Error explained(CURLcode code, const std::filesystem::path& socket) {
  if (code == CURLE_COULDNT_CONNECT) {
    return {Errc::unavailable, "no server listens on " + socket.string() +
                                   ": start one with `lockstep serve`, or name its data "
                                   "directory with --data"};
  }
  return {Errc::unavailable,
          "the server on " + socket.string() + " did not answer: " + curl_easy_strerror(code)};
}

}  // namespace

Result<ApiReply> SocketTransport::send(const ApiRequest& request) {
  const CurlHandle curl(curl_easy_init());
  if (curl == nullptr) return fail(Errc::unavailable, "cannot start an HTTP request");
  // An empty Expect: keeps curl from waiting for "100 Continue" before it sends a larger body.
  const HeaderList headers(curl_slist_append(nullptr, "Expect:"));
  const std::string content_type = "Content-Type: " + request.content_type;
  if (headers != nullptr) curl_slist_append(headers.get(), content_type.c_str());
  const std::string if_match = "If-Match: " + request.if_match;
  if (headers != nullptr && !request.if_match.empty()) {
    curl_slist_append(headers.get(), if_match.c_str());
  }

  ApiReply reply;
  const std::string url = "http://localhost" + request.target;
  curl_easy_setopt(curl.get(), CURLOPT_UNIX_SOCKET_PATH, socket_.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSecondsMax);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kCallSecondsMax);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append_body);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &reply.body);
  if (request.method != "GET") {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    return std::unexpected<Error>(explained(code, socket_));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<unsigned>(std::max(status, 0L));
  return reply;
}

bool is_listening(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.size() >= sizeof address.sun_path) return false;
  std::ranges::copy(text, std::begin(address.sun_path));
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  const bool connected =
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(descriptor);
  return connected;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string result;
  for (const char one : text) {
    if (kUnreserved.contains(one)) {
      result += one;
      continue;
    }
    const auto byte = static_cast<unsigned char>(one);
    result += '%';
    result += kHex[byte >> 4U];
    result += kHex[byte & 0xFU];
  }
  return result;
}

Target& Target::segment(std::string_view segment) {
  text_ += '/' + percent_encoded(segment);
  return *this;
}

Target& Target::query(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  text_ += has_query_ ? '&' : '?';
  text_ += std::string(name) + '=' + percent_encoded(value);
  has_query_ = true;
  return *this;
}

}  // namespace lockstep
