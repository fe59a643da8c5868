#pragma once
// A YAML file as a plain tree that knows its lines. Only config_reader.h looks at it.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arch/errors.h"

namespace deltasim {

struct ConfigEntry;

struct ConfigTree {
  enum class Kind { kNothing, kScalar, kList, kMap };

  Kind kind = Kind::kNothing;
  std::string scalar;
  std::vector<ConfigTree> items;
  std::vector<ConfigEntry> entries;  ///< in the file's order; no key twice
  std::shared_ptr<const std::string> source;
  int line = 0;  ///< 1-based; 0 where the source has no lines

  // Marks of whoever read it.
  std::vector<std::string> asked;  ///< keys that were asked for at this level
  bool unread_forgiven = false;    ///< what may stand here is not known, for another fault

  ConfigEntry* find(std::string_view key);
};

struct ConfigEntry {
  std::string key;
  int line = 0;
  ConfigTree value;
  bool read = false;
};

/// Parses one YAML document. Whatever can be reported beside other faults (a key that stands
/// twice, a tag, a key that is no text) goes to `faults`.
/// @throws ConfigError where nothing can be made of the text: syntax, more than one document,
///         nesting deeper than 64, more than a million values (aliases count each time), a text
///         of more than 4 MiB.
ConfigTree parse_config_tree(std::string_view text, const std::string& source,
                             std::vector<Fault>& faults);

/// "nothing", "a list", "a map", or the quoted scalar, shortened.
std::string describe(const ConfigTree& tree);

}  // namespace deltasim
