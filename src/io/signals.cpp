#include "io/signals.h"

#include <csignal>

#include <pthread.h>
#include <unistd.h>

namespace azud::io {
namespace {

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = stop_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

StopSignals::~StopSignals() {
  const sigset_t set = stop_set();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

int StopSignals::wait() {
  const sigset_t set = stop_set();
  int signal = 0;
  sigwait(&set, &signal);
  sigset_t again;
  sigemptyset(&again);
  sigaddset(&again, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &again, nullptr);
  return signal;
}

void StopSignals::request() { ::kill(::getpid(), SIGTERM); }

}  // namespace azud::io
