// SPDX-License-Identifier: Apache-2.0
#include "app/data_directory.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include <sys/stat.h>

#include "adapters/sql/sql_store.h"
#include "adapters/system/key_file.h"
#include "adapters/system/private_file.h"

namespace lockstep {
namespace {

/// An empty directory of mode 0700 at `path`, made if it is not there.
Result<void> make_empty_directory(const std::filesystem::path& path) {
  std::error_code problem;
  std::filesystem::create_directories(path.parent_path(), problem);
  if (::mkdir(path.c_str(), S_IRWXU) == 0) return sync_directory_of(path);
  if (errno != EEXIST) {
    return fail(Errc::unavailable,
                "cannot make " + path.string() + ": " + std::generic_category().message(errno));
  }
  const bool is_empty = std::filesystem::is_empty(path, problem);
  if (problem) {
    return fail(Errc::unavailable, "cannot read " + path.string() + ": " + problem.message());
  }
  if (!is_empty || !std::filesystem::is_directory(path, problem)) {
    return fail(Errc::conflict, path.string() +
                                    " is in use: name a directory that does not exist yet, or "
                                    "start what is there with `lockstep serve`");
  }
  std::filesystem::permissions(path, std::filesystem::perms::owner_all, problem);
  if (problem) {
    return fail(Errc::unavailable, "cannot protect " + path.string() + ": " + problem.message());
  }
  return {};
}

/// Makes the tables. Another server's database is opened by that server's key and no other.
Result<void> prepare_database(const std::string& store_url, Random& random) {
  LOCKSTEP_TRY(const PassingDirectory place, PassingDirectory::make());
  LOCKSTEP_TRY(const auto store, open_postgres_store(store_url, place.path(), random));
  LOCKSTEP_TRY(const auto heads, store->audit_heads());
  if (heads.empty()) return {};
  return fail(Errc::conflict,
              "the database is in use by other servers: where one of them runs, copy the file "
              "`key` from its data directory into this one, and start with `lockstep serve`");
}

}  // namespace

std::filesystem::path key_file_path(const std::filesystem::path& data) { return data / "key"; }

Result<void> create_data_directory(const std::filesystem::path& data, Random& random,
                                   const std::string& store_url,
                                   const std::optional<Secret>& passphrase) {
  if (!store_url.empty()) LOCKSTEP_CHECK(prepare_database(store_url, random));
  const std::filesystem::path path = std::filesystem::absolute(data).lexically_normal();
  LOCKSTEP_CHECK(make_empty_directory(path.has_filename() ? path : path.parent_path()));
  LOCKSTEP_CHECK(create_key_file(key_file_path(path), passphrase));
  LOCKSTEP_TRY(const auto store, open_store(path, store_url, random));
  return {};
}

Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& data,
                                          const std::string& store_url, Random& random) {
  if (!store_url.empty()) return open_postgres_store(store_url, data, random);
  std::error_code problem;
  // Also where there is a store here: the one that was left when it was moved, in which all that
  // was accepted since would be accepted again.
  if (std::filesystem::exists(data / "node", problem)) {
    return fail(Errc::invalid_input,
                "the store of " + data.string() +
                    " is a PostgreSQL database: name it with [store] url in the configuration, or "
                    "with --store or LOCKSTEP_STORE");
  }
  return open_sqlite_store(data, random);
}

Result<PassingDirectory> PassingDirectory::make() {
  std::error_code problem;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(problem);
  if (problem) return fail(Errc::unavailable, "no directory for temporary files: set TMPDIR");
  std::string name = (parent / "lockstep-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return fail(Errc::unavailable, "cannot make a directory in " + parent.string() + ": " +
                                       std::generic_category().message(errno));
  }
  return PassingDirectory(name);
}

PassingDirectory::~PassingDirectory() {
  // Nothing can be done about one that will not go; it lies where such things are swept up.
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace lockstep
