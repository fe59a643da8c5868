#pragma once
// Which class each clip is of.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

/// "Archery" of "v_Archery_g02_c02.avi" (UCF101); empty for any other name.
std::string class_from_name(const std::filesystem::path& clip);

/// Of each clip, by the rows of a CSV file with a header: the first column is the clip, by its path
/// relative to the file, or by its file name.
/// @param column of the class; empty: the second
/// @throws ConfigError naming every clip without a row or with rows that differ, or the columns
///         where there is none of that name; IoError
std::vector<std::string> classes_from_file(const std::vector<std::filesystem::path>& clips,
                                           const std::filesystem::path& file,
                                           std::string_view column);

}  // namespace deltasim
