#pragma once
// Technology nodes as files write them.

#include <string_view>

#include "arch/config_reader.h"

namespace deltasim {

/// "45 nm" as 45; 0 where it is none, which was then reported.
double read_feature_size(const ConfigNode& node, std::string_view key);

}  // namespace deltasim
