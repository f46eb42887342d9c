// SPDX-License-Identifier: Apache-2.0
#include "app/process.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace lockstep {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

/// The variable's value, which is gone afterwards; empty where there is none.
std::string taken_from_environment(const char* name) {
  const char* value = std::getenv(name);
  std::string result = value == nullptr ? "" : value;
  ::unsetenv(name);
  return result;
}

}  // namespace

void forbid_core_dumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  // Of what gcore or a core handler in a pipe would take: nothing. Before the process is made not
  // dumpable, since then the file is root's.
  if (std::FILE* filter = std::fopen("/proc/self/coredump_filter", "we"); filter != nullptr) {
    (void)std::fputs("0", filter);
    (void)std::fclose(filter);
  }
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

bool lock_memory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;  // Their shadow memory is larger than any machine.
#else
  // Under a finite limit it might work now and make an allocation fail later, which ends the
  // process: better not at all.
  rlimit limit{};
  ::getrlimit(RLIMIT_MEMLOCK, &limit);
  if (limit.rlim_cur != RLIM_INFINITY && ::geteuid() != 0) return false;
  return ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
#endif
}

ServiceManager service_manager() {
  return ServiceManager::of(taken_from_environment("NOTIFY_SOCKET"),
                            taken_from_environment("WATCHDOG_USEC"),
                            taken_from_environment("WATCHDOG_PID"));
}

StopSignals::StopSignals() {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);
}

Signal StopSignals::next() const {
  const sigset_t set = stop_signals();
  int signal = 0;
  while (::sigwait(&set, &signal) != 0) {
  }
  return signal == SIGHUP ? Signal::reload : Signal::stop;
}

void StopSignals::wait() const {
  while (next() == Signal::reload) {
  }
}

void StopSignals::wait_at_most(std::chrono::seconds time) const {
  sigset_t set = stop_signals();
  sigdelset(&set, SIGHUP);  // Stays pending; by now it means nothing any more.
  const timespec patience{.tv_sec = time.count(), .tv_nsec = 0};
  // A debugger or SIGSTOP ends the wait early, which harms nobody.
  (void)::sigtimedwait(&set, nullptr, &patience);
}

}  // namespace lockstep
