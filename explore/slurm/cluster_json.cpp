#include "explore/slurm/cluster_json.h"

#include <stdexcept>

#include "arch/errors.h"

namespace deltasim {
namespace {

using Json = nlohmann::ordered_json;

std::string printed(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

// The names in [] are all that a struct has: one more does not compile until it is written here.

Json level_json(const Level& level) {
  const auto& [label, sets, group] = level;
  return {{"label", label}, {"sets", sets}, {"group", group}};
}

Json parameter_json(const SweepParameter& parameter) {
  const auto& [name, levels, clips] = parameter;
  Json all = Json::array();
  for (const Level& level : levels) all.push_back(level_json(level));
  return {{"name", name}, {"levels", all}, {"clips", clips}};
}

Json objective_json(const SweepObjective& objective) {
  const auto& [name, expression, minimised, unit] = objective;
  return {{"name", name}, {"expression", expression}, {"minimised", minimised}, {"unit", unit}};
}

SweepParameter parameter_of(const Json& json) {
  SweepParameter parameter{.name = json.at("name"), .levels = {}, .clips = json.at("clips")};
  for (const Json& level : json.at("levels")) {
    parameter.levels.push_back(
        {.label = level.at("label"), .sets = level.at("sets"), .group = level.at("group")});
  }
  return parameter;
}

SweepObjective objective_of(const Json& json) {
  return {.name = json.at("name"),
          .expression = json.at("expression"),
          .minimised = json.at("minimised"),
          .unit = json.at("unit")};
}

Json job_json(const std::optional<JobId>& job) { return job ? Json(job->text()) : Json(nullptr); }

std::optional<JobId> job_of(const Json& json) {
  return json.is_null() ? std::nullopt : parse_job_id(json.get<std::string>());
}

}  // namespace

std::string spec_to_json(const SweepSpec& spec) {
  const auto& [name, description, experiment, sets, parameters, constraints, strategy, objectives,
               budget, point_timeout_s, text] = spec;
  // Of no concern to who evaluates points that were chosen.
  static_cast<void>(constraints);
  static_cast<void>(strategy);
  static_cast<void>(budget);
  Json json{{"name", name},
            {"description", description},
            {"experiment", std::filesystem::absolute(experiment).string()},
            {"sets", sets},
            {"parameters", Json::array()},
            {"objectives", Json::array()},
            {"point_timeout_s", nullptr},
            {"text", text}};
  for (const SweepParameter& each : parameters) json["parameters"].push_back(parameter_json(each));
  for (const SweepObjective& each : objectives) json["objectives"].push_back(objective_json(each));
  if (point_timeout_s) json["point_timeout_s"] = *point_timeout_s;
  return printed(json);
}

SweepSpec spec_from_json(const std::string& text) {
  const Json json = Json::parse(text);
  SweepSpec spec;
  spec.name = json.at("name");
  spec.description = json.at("description");
  spec.experiment = json.at("experiment").get<std::string>();
  spec.sets = json.at("sets");
  for (const Json& each : json.at("parameters")) spec.parameters.push_back(parameter_of(each));
  for (const Json& each : json.at("objectives")) spec.objectives.push_back(objective_of(each));
  const Json& timeout = json.at("point_timeout_s");
  if (!timeout.is_null()) spec.point_timeout_s = timeout.get<double>();
  spec.text = json.at("text");
  return spec;
}

std::string chunk_to_json(const std::vector<ChunkPoint>& points) {
  Json json = Json::array();
  for (const ChunkPoint& each : points) {
    json.push_back({{"id", each.point.id},
                    {"hash", each.point.hash},
                    {"values", each.point.values},
                    {"overrides", each.overrides}});
  }
  return printed(json);
}

std::vector<ChunkPoint> chunk_from_json(const std::string& text) {
  std::vector<ChunkPoint> points;
  for (const Json& json : Json::parse(text)) {
    ChunkPoint& each = points.emplace_back();
    each.point.id = json.at("id");
    each.point.hash = json.at("hash");
    each.point.values = json.at("values");
    each.overrides = json.at("overrides");
  }
  return points;
}

std::string submission_to_json(const Submission& submission) {
  return printed({{"number", submission.number},
                  {"first_chunk", submission.first_chunk},
                  {"chunk_points", submission.chunk_points},
                  {"array", job_json(submission.array)},
                  {"merge", job_json(submission.merge)}});
}

Submission submission_from_json(const std::string& text) {
  const Json json = Json::parse(text);
  return {.number = json.at("number"),
          .first_chunk = json.at("first_chunk"),
          .chunk_points = json.at("chunk_points"),
          .array = job_of(json.at("array")),
          .merge = job_of(json.at("merge"))};
}

}  // namespace deltasim
