#pragma once
// The two kinds of fault: the user's input is wrong (ConfigError, exit status 2, no stack trace)
// and a broken promise of our own code (DELTASIM_INVARIANT, exit status 3).

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// One thing wrong in the user's input. Empty fields are left out of the message; where
/// `expected` is empty, `found` is a whole statement ("unknown key").
struct Fault {
  std::string file{};      ///< path as the user gave it
  int line = 0;            ///< 1-based; 0 where the format has no lines
  std::string key_path{};  ///< such as "quantizer.bits"
  std::string found{};     ///< what stands there
  std::string expected{};  ///< what would be right
  std::string nearest{};   ///< nearest valid name, for "did you mean"

  /// "file:line: key: found X, expected Y (did you mean Z?)"
  std::string message() const;
  bool operator==(const Fault&) const = default;
};

/// The user's input is wrong. Carries every fault that was found, not only the first.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Fault> faults);
  explicit ConfigError(Fault fault);
  /// A fault that is one sentence about one file (or option) as a whole.
  ConfigError(std::string_view file, std::string_view what);

  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// The machine failed us: disk full, no permission, no memory. Exit status 2 as well, since the
/// user can mend it.
class IoError : public std::runtime_error {
 public:
  /// "file: cannot <action>: <reason>"
  /// @param error_number errno of the failing call, 0 where there is none
  IoError(std::string_view file, std::string_view action, int error_number);
};

/// A broken invariant of our own code.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void broken_invariant(const char* file, int line, const char* condition,
                                   std::string_view why);

/// Throws InternalError where `condition` does not hold; `why` says what was promised.
#define DELTASIM_INVARIANT(condition, why) \
  (static_cast<bool>(condition)            \
       ? static_cast<void>(0)              \
       : ::deltasim::broken_invariant(__FILE__, __LINE__, #condition, (why)))

/// The user's text as a fault shows it: in quotes, and only its beginning where it is long.
std::string quoted(std::string_view text);

/// The candidate with the smallest edit distance to `name`, or "" where none is near
/// (distance above a third of the name's length, rounded up; two letters that changed places count
/// as one).
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace deltasim
