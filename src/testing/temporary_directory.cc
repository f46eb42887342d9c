// SPDX-License-Identifier: Apache-2.0
#include "testing/temporary_directory.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "base/assert.h"

namespace lockstep {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = std::filesystem::temp_directory_path() / "lockstep-test-XXXXXX";
  LOCKSTEP_ASSERT(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  // What cannot be removed stays in the directory for temporary files; no test depends on it.
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace lockstep
