#pragma once
// result.json read again, for reports: its figures by key, and what is wrong with it said by place.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace deltasim {

using Json = nlohmann::ordered_json;

/// A place in a result: the document knows what lies there, or says what is missing.
class ResultNode {
 public:
  ResultNode(const Json& json, std::string file, std::string key_path)
      : json_(&json), file_(std::move(file)), key_path_(std::move(key_path)) {}

  bool has(std::string_view key) const;
  /// @throws ConfigError where there is no such key
  ResultNode at(std::string_view key) const;
  /// A number; null counts as `or_null`.
  /// @throws ConfigError where it is none
  double number(std::string_view key) const;
  double number(std::string_view key, double or_null) const;
  /// A whole number from zero on.
  /// @throws ConfigError where it is none
  std::size_t index(std::string_view key) const;
  /// @throws ConfigError where it is no text
  std::string text(std::string_view key) const;
  /// @throws ConfigError where it is no array
  std::vector<ResultNode> list(std::string_view key) const;
  /// Keys and values in the order of the file.
  /// @throws ConfigError where it is no object
  std::vector<std::pair<std::string, ResultNode>> entries(std::string_view key) const;

  const Json& json() const { return *json_; }

 private:
  [[noreturn]] void reject(std::string_view key, std::string_view expected) const;
  const Json& find(std::string_view key, std::string_view expected) const;

  const Json* json_;
  std::string file_;
  std::string key_path_;
};

/// The result.json of a run's folder.
class ResultDocument {
 public:
  /// @param path the folder, or the file itself
  /// @throws ConfigError where there is none, where it is no JSON, of a newer schema, or of
  ///         something else
  explicit ResultDocument(const std::filesystem::path& path);

  ResultNode root() const { return {json_, file_.string(), ""}; }
  const std::filesystem::path& file() const { return file_; }
  std::filesystem::path folder() const { return file_.parent_path(); }

 private:
  std::filesystem::path file_;
  Json json_;
};

}  // namespace deltasim
