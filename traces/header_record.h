#pragma once
// The header record: compressed, behind the file head.

#include "traces/record_file.h"
#include "traces/trace.h"

namespace deltasim {

/// The record, head and payload.
Bytes header_record(const TraceHeader& header);

struct HeaderRecord {
  TraceHeader header;
  std::uint64_t end = 0;  ///< offset of the first record behind it
};
/// @throws ConfigError where it is damaged
HeaderRecord read_header_record(const RecordFile& file);

/// Serialized index as a compressed record.
Bytes index_record(const std::string& index);
/// The index message at `offset`; nothing where there is no whole one.
std::optional<std::string> read_index_record(const RecordFile& file, std::uint64_t offset);

/// The first field in which the headers differ, as "quantizer: fixed_point:8, here step:3"; empty
/// where they are equal.
std::string header_difference(const TraceHeader& recorded, const TraceHeader& wanted);

}  // namespace deltasim
