#include "report/result_document.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>

#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSchema = "deltasim.result/";
constexpr int kSchemaNumber = 1;

fs::path result_file(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path;
  if (fs::exists(path / "result.json", ignored)) return path / "result.json";
  if (fs::exists(path / "placement.yaml", ignored)) {
    throw ConfigError(path.string(),
                      "no run, but a placement: its pictures are in figures/, and the command that "
                      "runs it stands in placement.yaml");
  }
  const bool begun = fs::exists(path / "items", ignored);
  throw ConfigError(path.string(),
                    begun ? "this run has not ended: no result.json; the same `deltasim run` "
                            "command goes on from here"
                          : "no result.json: not the folder of a run (deltasim run --out DIR)");
}

Json parse(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw ConfigError(file.string(), "no such file, or it may not be read");
  try {
    return Json::parse(stream);
  } catch (const Json::parse_error& error) {
    throw ConfigError(file.string(), fmt::format("not JSON, or cut short, at byte {}", error.byte));
  } catch (const Json::exception& error) {  // a number that no double holds
    throw ConfigError(file.string(), fmt::format("not to be read as JSON: {}", error.what()));
  }
}

void check_schema(const fs::path& file, const Json& json) {
  Fault fault{.key_path = "schema"};
  fault.file = file.string();
  fault.expected = fmt::format("{}{}", kSchema, kSchemaNumber);
  const auto schema = json.is_object() ? json.find("schema") : json.end();
  if (!json.is_object() || schema == json.end() || !schema->is_string()) {
    fault.found = "nothing";
    throw ConfigError(std::move(fault));
  }
  const std::string text = schema->get<std::string>();
  if (text == fault.expected) return;
  fault.found = "'" + text + "'";
  int number = 0;
  if (text.starts_with(kSchema)) {
    std::from_chars(text.data() + kSchema.size(), text.data() + text.size(), number);
  }
  if (number > kSchemaNumber) fault.expected += ": the result was made by a newer deltasim";
  throw ConfigError(std::move(fault));
}

}  // namespace

bool ResultNode::has(std::string_view key) const {
  const auto it = json_->is_object() ? json_->find(std::string(key)) : json_->end();
  return json_->is_object() && it != json_->end() && !it->is_null();
}

void ResultNode::reject(std::string_view key, std::string_view expected) const {
  Fault fault;
  fault.file = file_;
  fault.key_path = key_path_.empty() ? std::string(key) : fmt::format("{}.{}", key_path_, key);
  const auto it = json_->is_object() ? json_->find(std::string(key)) : json_->end();
  const bool there = json_->is_object() && it != json_->end();
  fault.found = there ? std::string(it->type_name()) : "nothing";
  fault.expected = expected;
  throw ConfigError(std::move(fault));
}

const Json& ResultNode::find(std::string_view key, std::string_view expected) const {
  if (!json_->is_object()) reject(key, expected);
  const auto it = json_->find(std::string(key));
  if (it == json_->end()) reject(key, expected);
  return *it;
}

ResultNode ResultNode::at(std::string_view key) const {
  const Json& json = find(key, "an object");
  return {json, file_, key_path_.empty() ? std::string(key) : fmt::format("{}.{}", key_path_, key)};
}

double ResultNode::number(std::string_view key) const {
  const Json& json = find(key, "a number");
  if (!json.is_number()) reject(key, "a number");
  return json.get<double>();
}

double ResultNode::number(std::string_view key, double or_null) const {
  return find(key, "a number or null").is_null() ? or_null : number(key);
}

std::size_t ResultNode::index(std::string_view key) const {
  const Json& json = find(key, "a whole number");
  constexpr std::size_t kMost = std::size_t{1} << 32;  // beyond it sums would overflow
  if (!json.is_number_unsigned() || json.get<std::size_t>() > kMost) {
    reject(key, "a whole number from 0 on");
  }
  return json.get<std::size_t>();
}

std::string ResultNode::text(std::string_view key) const {
  const Json& json = find(key, "a text");
  if (!json.is_string()) reject(key, "a text");
  return json.get<std::string>();
}

std::vector<ResultNode> ResultNode::list(std::string_view key) const {
  const Json& json = find(key, "an array");
  if (!json.is_array()) reject(key, "an array");
  std::vector<ResultNode> nodes;
  for (std::size_t i = 0; i < json.size(); ++i) {
    nodes.emplace_back(json[i], file_, fmt::format("{}[{}]", at(key).key_path_, i));
  }
  return nodes;
}

std::vector<std::pair<std::string, ResultNode>> ResultNode::entries(std::string_view key) const {
  const ResultNode node = at(key);
  if (!node.json_->is_object()) reject(key, "an object");
  std::vector<std::pair<std::string, ResultNode>> found;
  for (const auto& [name, value] : node.json_->items()) found.emplace_back(name, node.at(name));
  return found;
}

ResultDocument::ResultDocument(const fs::path& path)
    : file_(result_file(path)), json_(parse(file_)) {
  check_schema(file_, json_);
}

}  // namespace deltasim
