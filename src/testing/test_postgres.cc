// SPDX-License-Identifier: Apache-2.0
#include "testing/test_postgres.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <latch>
#include <memory>
#include <string_view>

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/handle.h"

namespace lockstep {
namespace {

using Pipe = Handle<std::FILE, ::pclose>;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "PostgreSQL for tests: %s (tools/packages.sh names its package)\n",
               why.c_str());
  std::exit(1);
}

/// Runs a command line of the shell to its end. Returns what it prints.
std::string output_of(const std::string& command) {
  std::FILE* const raw = ::popen((command + " 2>&1").c_str(), "re");
  if (raw == nullptr) give_up("cannot run " + command);
  std::string text;
  std::array<char, 4'096> piece{};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), raw)) {
    text.append(piece.data(), count);
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (::pclose(raw) != 0) give_up(command + ": " + text);
  return text;
}

}  // namespace

TestPostgres& TestPostgres::shared() {
  static TestPostgres server;
  return server;
}

TestPostgres::TestPostgres() {
  // PostgreSQL does not run as root. The program is replaced, so that our child is the server.
  if (::geteuid() == 0) {
    as_postgres_ = "setpriv --reuid=postgres --regid=postgres --clear-groups --pdeathsig=QUIT ";
    const ::passwd* const user = ::getpwnam("postgres");
    if (user == nullptr) give_up("there is no user postgres");
    if (::chown(directory_.path().c_str(), user->pw_uid, user->pw_gid) != 0) give_up("chown");
  }
  output_of("cd / && " + as_postgres_ + program("initdb") + " -D " +
            (directory_.path() / "data").string() +
            " -U postgres -A trust --locale=C --encoding=UTF8 --no-sync");
  start();
}

// In good order it would sync the files of every database first, which nobody will read.
TestPostgres::~TestPostgres() { stop(SIGQUIT); }

std::string TestPostgres::program(const std::string& name) const {
  // Debian keeps one directory for each version, and not in PATH.
  for (int version = 19; version >= 13; --version) {
    const std::string path = "/usr/lib/postgresql/" + std::to_string(version) + "/bin/" + name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  give_up("not installed");
}

void TestPostgres::start() {
  const std::string socket = directory_.path().string();
  const std::string command = "cd / && exec " + as_postgres_ + program("postgres") + " -D " +
                              socket + "/data -k " + socket +
                              " -c listen_addresses= -c fsync=on -c shared_buffers=32MB";
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) give_up("pipe");
  server_ = ::fork();
  if (server_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    ::dup2(ends[1], STDERR_FILENO);
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::latch ready(1);
  bool is_ready = false;
  // Reads on to the end, or the server would wait for somebody who does.
  log_ = std::thread([&ready, &is_ready, from = ends[0], log = directory_.path() / "log"] {
    std::FILE* const lines = ::fdopen(from, "re");
    std::ofstream kept(log, std::ios::app);
    std::array<char, 4'096> line{};
    bool said = false;
    while (std::fgets(line.data(), static_cast<int>(line.size()), lines) != nullptr) {
      kept << line.data() << std::flush;
      if (said || std::string_view(line.data()).find("ready to accept") == std::string_view::npos) {
        continue;
      }
      said = true;
      is_ready = true;
      ready.count_down();
    }
    if (!said) ready.count_down();
    static_cast<void>(std::fclose(lines));
  });
  ready.wait();
  if (!is_ready) give_up("it does not start; see " + socket + "/log");
}

void TestPostgres::stop(int signal) {
  if (server_ == 0) return;
  ::kill(server_, signal);
  int status = 0;
  while (::waitpid(server_, &status, 0) < 0 && errno == EINTR) continue;
  server_ = 0;
  log_.join();
}

std::string TestPostgres::make_database(const std::string& options) {
  const std::string name = "test" + std::to_string(++databases_);
  output_of(program("createdb") + " -h " + directory_.path().string() +
            " -U postgres -T template0 " + options + " " + name);
  return "postgresql://postgres@/" + name + "?host=" + directory_.path().string();
}

std::string TestPostgres::sql(const std::string& statement, const std::string& database) {
  return output_of(program("psql") + " -h " + directory_.path().string() +
                   " -U postgres -X -A -t -q" + " -v ON_ERROR_STOP=1 -c \"" + statement + "\" " +
                   database);
}

}  // namespace lockstep
