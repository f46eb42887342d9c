// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <thread>

#include <sys/types.h>

#include "testing/temporary_directory.h"

namespace lockstep {

/// A PostgreSQL server of a test program's own, from Debian's package: data in a temporary
/// directory, a Unix socket there and no other, what it commits synced to the disk. Fails the
/// program when it cannot be had. One thread.
class TestPostgres {
 public:
  /// The one that a whole program shares; made by the first call, stopped when the program ends.
  static TestPostgres& shared();

  TestPostgres();
  TestPostgres(const TestPostgres&) = delete;
  TestPostgres& operator=(const TestPostgres&) = delete;
  ~TestPostgres();

  /// The URL of a new, empty database with what PostgreSQL's `createdb` understands.
  std::string make_database(const std::string& options = "--locale=C --encoding=UTF8");

  /// Carries out SQL as the administrator, with psql; returns what it prints, without blanks
  /// around.
  std::string sql(const std::string& statement, const std::string& database = "postgres");

  void start();
  /// `signal`: SIGINT in good order, SIGQUIT or SIGKILL not.
  void stop(int signal);

 private:
  [[nodiscard]] std::string program(const std::string& name) const;

  TemporaryDirectory directory_;
  std::string as_postgres_;  // what a command line begins with, so that it is not root's
  ::pid_t server_ = 0;
  std::thread log_;
  int databases_ = 0;
};

}  // namespace lockstep
