#include "arch/interrupt.h"

#include <csignal>

namespace deltasim {
namespace {

volatile std::sig_atomic_t signal_seen = 0;

extern "C" void remember_signal(int) { signal_seen = 1; }

}  // namespace

void install_interrupt_handlers() {
  struct sigaction action {};
  action.sa_handler = remember_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

bool interrupted() { return signal_seen != 0; }

}  // namespace deltasim
