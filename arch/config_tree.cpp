#include "arch/config_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <utility>

namespace deltasim {
namespace {

constexpr std::size_t kMaxText = std::size_t{4} << 20;
constexpr int kMaxDepth = 64;
constexpr int kMaxValues = 1'000'000;

Fault make_fault(const std::string& file, int line, std::string found) {
  Fault fault;
  fault.file = file;
  fault.line = line;
  fault.found = std::move(found);
  return fault;
}

/// Copies yaml-cpp's graph into a tree. An alias is copied each time it is used, so the number of
/// values is limited: a file of a few lines can stand for billions of them, or for a circle.
class TreeBuilder {
 public:
  TreeBuilder(const std::string& source, std::vector<Fault>& faults)
      : source_(std::make_shared<const std::string>(source)), faults_(faults) {}

  ConfigTree build(const YAML::Node& node, int depth = 0) {
    ConfigTree tree;
    tree.source = source_;
    tree.line = node.Mark().line + 1;
    check_limits(tree.line, depth);
    check_tag(node, tree.line);
    if (node.IsScalar()) {
      tree.kind = ConfigTree::Kind::kScalar;
      tree.scalar = node.Scalar();
    } else if (node.IsSequence()) {
      tree.kind = ConfigTree::Kind::kList;
      for (const YAML::Node& item : node) tree.items.push_back(build(item, depth + 1));
    } else if (node.IsMap()) {
      tree.kind = ConfigTree::Kind::kMap;
      add_entries(tree, node, depth);
    }
    return tree;
  }

 private:
  void add_entries(ConfigTree& map, const YAML::Node& node, int depth) {
    std::unordered_map<std::string, int> first_lines;
    for (const auto& entry : node) {
      const YAML::Node& key = entry.first;
      const int line = key.Mark().line + 1;
      if (!key.IsScalar()) {
        faults_.push_back(make_fault(*source_, line, "a key that is not a name"));
        continue;
      }
      const std::string& name = key.Scalar();
      const auto [first, is_new] = first_lines.emplace(name, line);
      if (is_new) {
        map.entries.push_back({name, line, build(entry.second, depth + 1)});
        ConfigTree& value = map.entries.back().value;
        if (value.kind == ConfigTree::Kind::kNothing) value.line = line;  // else the next token's
      } else {
        faults_.push_back(
            make_fault(*source_, line,
                       fmt::format("the key '{}' stands in line {} already", name, first->second)));
      }
    }
  }

  void check_limits(int line, int depth) {
    if (depth > kMaxDepth) {
      throw ConfigError(
          make_fault(*source_, line, fmt::format("nested deeper than {} levels", kMaxDepth)));
    }
    if (++values_ > kMaxValues) {
      throw ConfigError(make_fault(
          *source_, line, fmt::format("more than {} values (aliases included)", kMaxValues)));
    }
  }

  /// "?" and "!" are what yaml-cpp gives to plain and to quoted text without a tag.
  void check_tag(const YAML::Node& node, int line) {
    const std::string& tag = node.Tag();
    if (tag.empty() || tag == "?" || tag == "!") return;
    faults_.push_back(make_fault(*source_, line, fmt::format("the tag '{}' has no meaning", tag)));
  }

  std::shared_ptr<const std::string> source_;
  std::vector<Fault>& faults_;
  int values_ = 0;
};

/// Listens to nothing: for walking over a document without keeping it.
class DeafHandler : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// Whether anything stands behind the first document: a second one, or a comma outside of a list,
/// which yaml-cpp 0.7's LoadAll reads for ever and its Load passes over.
bool goes_on_after_first_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DeafHandler handler;
  return parser.HandleNextDocument(handler) && parser.HandleNextDocument(handler);
}

/// Length of the UTF-8 character that text begins with (RFC 3629); 0 where it begins with none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) >= 0xA0;
  const bool beyond = first == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

/// yaml-cpp passes on what is none, and then two names may look alike.
void check_utf8(std::string_view text, const std::string& source) {
  int line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      throw ConfigError(make_fault(
          source, line,
          fmt::format("not UTF-8: the byte {:#04x}", static_cast<unsigned char>(text[at]))));
    }
    if (text[at] == '\n') ++line;
    at += length;
  }
}

YAML::Node parse_document(const std::string& text, const std::string& source) {
  if (text.size() > kMaxText) {
    throw ConfigError(source, fmt::format("is larger than {} MiB, too large for a configuration",
                                          kMaxText >> 20));
  }
  check_utf8(text, source);
  try {
    if (goes_on_after_first_document(text)) {
      throw ConfigError(source, "holds more than one YAML document, or a comma outside of a list");
    }
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw ConfigError(make_fault(source, error.mark.line + 1, "not YAML: " + error.msg));
  }
}

/// A number with or without a unit ("600 pJ"), as most values on a command line and in a sweep are:
/// it needs no YAML reader to be known as one plain scalar.
bool is_plain_quantity(std::string_view text) {
  const auto is = [](char c, std::string_view others) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           others.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() >= '0' && text.front() <= '9' && is(text.back(), ".") &&
         std::ranges::all_of(text, [&](char c) { return is(c, ". "); }) &&
         text.find("  ") == std::string_view::npos;
}

}  // namespace

ConfigEntry* ConfigTree::find(std::string_view key) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const ConfigEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

ConfigTree parse_config_tree(std::string_view text, const std::string& source,
                             std::vector<Fault>& faults) {
  if (text.size() < kMaxText && is_plain_quantity(text)) {
    ConfigTree tree;
    tree.kind = ConfigTree::Kind::kScalar;
    tree.scalar = text;
    tree.source = std::make_shared<const std::string>(source);
    tree.line = 1;
    return tree;
  }
  TreeBuilder builder(source, faults);
  return builder.build(parse_document(std::string(text), source));
}

std::string describe(const ConfigTree& tree) {
  switch (tree.kind) {
    case ConfigTree::Kind::kNothing:
      return "nothing";
    case ConfigTree::Kind::kList:
      return "a list";
    case ConfigTree::Kind::kMap:
      return "a map";
    case ConfigTree::Kind::kScalar:
      break;
  }
  return quoted(tree.scalar);
}

}  // namespace deltasim
