#pragma once
// Reference data that does not ship with the project: weights, clips, golden values.

#include <filesystem>
#include <optional>
#include <string_view>

namespace deltasim::test {

/// `$DELTASIM_DATA/<relative>`, else `$DELTASIM_SOURCE_DIR/../shared/data/<relative>`, whichever
/// exists first. Where neither does, prints "SKIPPED: no reference data <relative>", which CTest
/// takes for a skipped test; the test then returns.
std::optional<std::filesystem::path> shared_data_or_skip(std::string_view relative);

/// The project's root folder, for files that ship with it (configs/...).
std::filesystem::path source_directory();

}  // namespace deltasim::test
