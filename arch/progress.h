#pragma once
// How long work tells whoever started it how far it is. The command line draws it.

#include <cstdint>
#include <string_view>

namespace deltasim {

/// Called from one thread. The default does nothing, for tests and libraries.
class ProgressListener {
 public:
  virtual ~ProgressListener() = default;
  /// A piece of work of `total` steps starts; `unit` is a plural such as "frames".
  virtual void begin(std::string_view /*what*/, std::int64_t /*total*/, std::string_view /*unit*/) {
  }
  virtual void advance(std::int64_t /*steps*/ = 1) {}
  virtual void end() {}
  /// One line that stays on the screen: something the user should know of the input.
  virtual void note(std::string_view /*text*/) {}
  /// One line for who wants to know more (`--verbose`): what was chosen or read, how long it took.
  virtual void detail(std::string_view /*text*/) {}
  /// Whether anybody reads details; long ones need not be made otherwise.
  virtual bool wants_detail() const { return false; }
};

}  // namespace deltasim
