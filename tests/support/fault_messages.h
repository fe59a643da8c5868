#pragma once
// What a reader of configuration files says is wrong.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace deltasim::test {

/// Messages of all faults that `read` throws as a ConfigError; none where it throws nothing.
/// @param file whose folder is left out of messages
std::vector<std::string> fault_messages(const std::function<void()>& read,
                                        const std::filesystem::path& file);

/// Checks that a message begins with `beginning` and has `part` in it; else shows all.
void expect_fault(const std::vector<std::string>& messages, const std::string& beginning,
                  const std::string& part = "");

}  // namespace deltasim::test
