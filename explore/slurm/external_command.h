#pragma once
// Programs of others, run to their end with what they print.

#include <string>
#include <vector>

#include "arch/errors.h"

namespace deltasim {

/// This machine has no such program.
class NoProgram : public ConfigError {
 public:
  using ConfigError::ConfigError;
};

struct CommandOutput {
  int status = 0;  ///< exit status; 128 + the signal's number where one ended it
  std::string output;
  std::string errors;  ///< what it wrote to standard error
};

/// @param words program, found through $PATH, and its arguments
/// @param needed_for what the user wants, for the message: "--engine slurm needs it"
/// @throws NoProgram, IoError where it cannot be started
CommandOutput run_command(const std::vector<std::string>& words, const std::string& needed_for);

}  // namespace deltasim
