#pragma once
// What faults cost and what they save, as text, JSON (schema deltasim.faults/1) and CSV.

#include <filesystem>
#include <string>

#include "arch/fault_result.h"

namespace deltasim {

/// For the terminal.
std::string fault_text(const FaultStudyResult& result);
/// One object, two spaces deep, ending in a line feed.
std::string fault_json(const FaultStudyResult& result);
/// A row for every point and stream.
std::string fault_csv(const FaultStudyResult& result);

/// Writes faults.json and faults.csv. @throws IoError
void write_fault_files(const FaultStudyResult& result, const std::filesystem::path& folder);

}  // namespace deltasim
