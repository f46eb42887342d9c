// SPDX-License-Identifier: Apache-2.0
#include "front/cli/read_file.h"

#include <fstream>

namespace lockstep {

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, "cannot read " + path);
  // One byte more than allowed, to tell a file of the most allowed from a longer one.
  std::string content(bytes_max + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.bad() || (file.fail() && !file.eof()))
    return fail(Errc::not_found, "cannot read " + path);
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > bytes_max) {
    return fail(Errc::invalid_input,
                path + " is longer than " + std::to_string(bytes_max) + " bytes");
  }
  return content;
}

}  // namespace lockstep
