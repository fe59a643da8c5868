#pragma once
// Network graph and trace header to and from their Protobuf messages.

#include <string>
#include <string_view>

#include "traces/trace.h"

namespace deltasim {

/// Most elements of all maps of one stream: what a reader may be led to allocate.
inline constexpr std::int64_t kMostStreamElements = std::int64_t{1} << 33;

/// The header as a serialized deltasim.trace.v1.Header; equal headers give equal bytes.
std::string encode_header(const TraceHeader& header);

/// @param file for the messages
/// @throws ConfigError where the bytes are no header, or one that contradicts itself
TraceHeader decode_header(std::string_view bytes, std::string_view file);

}  // namespace deltasim
