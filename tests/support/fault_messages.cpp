#include "tests/support/fault_messages.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "arch/errors.h"

namespace deltasim::test {

std::vector<std::string> fault_messages(const std::function<void()>& read,
                                        const std::filesystem::path& file) {
  std::vector<std::string> messages;
  try {
    read();
  } catch (const ConfigError& error) {
    for (Fault fault : error.faults()) {
      if (fault.file == file.string()) fault.file = file.filename().string();
      messages.push_back(fault.message());
    }
  }
  return messages;
}

void expect_fault(const std::vector<std::string>& messages, const std::string& beginning,
                  const std::string& part) {
  const bool found = std::any_of(messages.begin(), messages.end(), [&](const std::string& text) {
    return text.starts_with(beginning) && text.find(part) != std::string::npos;
  });
  std::string all;
  for (const std::string& message : messages) all += "\n  " + message;
  BOOST_TEST(found, "no fault '" << beginning << " ... " << part << "' among" << all);
}

}  // namespace deltasim::test
