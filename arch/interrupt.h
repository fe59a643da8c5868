#pragma once
// SIGINT and SIGTERM end long work at its next whole step, so that what was written is whole.

#include <stdexcept>

namespace deltasim {

/// The user asked the program to stop. Exit status 130.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Installs the handlers; a second signal ends the process at once. SIGPIPE and SIGXFSZ (a
/// file that outgrows the user's limit) are left to the errors of the writes.
void install_interrupt_handlers();
/// Whether a signal has come since.
bool interrupted();

}  // namespace deltasim
