#pragma once
// Files of ClusterFolder as JSON. Reading throws nlohmann::json::exception.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "explore/slurm/cluster_folder.h"

namespace deltasim {

std::string spec_to_json(const SweepSpec& spec);
SweepSpec spec_from_json(const std::string& text);

std::string chunk_to_json(const std::vector<ChunkPoint>& points);
std::vector<ChunkPoint> chunk_from_json(const std::string& text);

std::string submission_to_json(const Submission& submission);
Submission submission_from_json(const std::string& text);

}  // namespace deltasim
