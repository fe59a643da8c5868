#pragma once
// Made-up reference data: what SCALE-Sim and the Eyeriss v2 PE would give for tiny layers.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/validation/validate.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/npy_support.h"

namespace deltasim::test {

/// Layer A has E = 2 x 2 pixels, a window of K = 18, N = 3 filters; B has E = 9, K = 5, N = 1.
inline constexpr const char* kTopology =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,\n"
    "A,4,4,3,3,2,3,1,\n"
    "B,3,3,1,1,5,1,1,\n";

inline std::string compute_report(std::int64_t a, std::int64_t b) {
  return "LayerID, Total Cycles (incl. prefetch), Total Cycles, Stall Cycles, Overall Util %,\n"
         "0, 999," +
         std::to_string(a) + ", 0, 50.5,\n1, 999," + std::to_string(b) + ", 0, 50.5,\n";
}

inline std::string access_report(const std::vector<int>& a, const std::vector<int>& b) {
  const auto line = [](int id, const std::vector<int>& words) {
    return std::to_string(id) + ", 33.0, " + std::to_string(words[0]) + ", " +
           std::to_string(words[1]) + ", " + std::to_string(words[2]) + ",\n";
  };
  return "LayerID, SRAM IFMAP Start Cycle, SRAM IFMAP Reads, SRAM Filter Reads, "
         "SRAM OFMAP Writes,\n" +
         line(0, a) + line(1, b);
}

/// A mask as NumPy writes one of bytes.
inline std::string npy_mask(const std::string& shape, const std::vector<std::uint8_t>& values) {
  return npy(npy_dictionary("|u1", shape), bytes_of(values));
}

inline ValidationRequest request(std::vector<std::string> suites,
                                 std::optional<std::filesystem::path> data) {
  ValidationRequest request;
  request.suites = std::move(suites);
  request.data = std::move(data);
  return request;
}

/// The only outcome of one suite on a folder.
inline SuiteOutcome validate_one(const std::string& suite, const std::filesystem::path& folder) {
  return deltasim::validate(request({suite}, folder)).at(0);
}

inline std::size_t rows_short(const SuiteOutcome& outcome) {
  const auto& rows = outcome.result.rows;
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const ValidationRow& row) { return !row.holds; }));
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace deltasim::test
