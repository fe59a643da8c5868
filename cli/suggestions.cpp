#include "cli/suggestions.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <vector>

#include "arch/errors.h"

namespace deltasim::cli {
namespace {

using Names = std::vector<std::string>;

/// Those that the help shows.
std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
}

const CLI::App* command_named(const CLI::App& app, const std::string& name) {
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_name() == name) return sub;
  }
  return nullptr;
}

Names names_of(const CLI::App& app) {
  Names names;
  for (const CLI::App* sub : commands_of(app)) names.push_back(sub->get_name());
  return names;
}

/// Every command below `app` as it is typed: "trace", "trace record".
void collect_paths(const CLI::App& app, const std::string& before, Names& paths) {
  for (const CLI::App* sub : commands_of(app)) {
    paths.push_back(before + sub->get_name());
    collect_paths(*sub, paths.back() + " ", paths);
  }
}

std::string last_word(const std::string& path) { return path.substr(path.rfind(' ') + 1); }

/// The one candidate that `name` begins, or nothing.
std::string completed(const std::string& name, const Names& candidates) {
  std::string only;
  for (const std::string& candidate : candidates) {
    if (!candidate.starts_with(name)) continue;
    if (!only.empty()) return {};
    only = candidate;
  }
  return only;
}

/// A command of that name elsewhere, or one of a name like it here or elsewhere.
std::string nearest_command(const CLI::App& root, const CLI::App& app, const std::string& given) {
  const Names here = names_of(app);
  Names paths, words;
  collect_paths(root, "", paths);
  for (const std::string& path : paths) words.push_back(last_word(path));
  const auto path_of = [&](const std::string& word) {
    const auto at = std::ranges::find(words, word);
    if (at == words.end()) return std::string();
    return root.get_name() + " " + paths[static_cast<std::size_t>(at - words.begin())];
  };
  if (const std::string exact = path_of(given); !exact.empty()) return exact;
  if (const std::string near = nearest_name(given, here); !near.empty()) return near;
  if (const std::string whole = completed(given, here); !whole.empty()) return whole;
  return path_of(nearest_name(given, words));
}

/// "--name" of every option of this command and of those that it stands under.
Names long_options(const CLI::App& app) {
  Names names;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : at->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

bool is_flag(const CLI::App& app, const std::string& word) {
  const CLI::Option* option = app.get_option_no_throw(word);
  return option != nullptr && option->get_items_expected_max() == 0;
}

std::string typed(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name()
                                     : typed(*app.get_parent()) + " " + app.get_name();
}

/// Which commands have the option that this one does not: the user may be one word off.
std::string owners_of(const CLI::App& app, const std::string& option) {
  Names owners;
  const auto visit = [&](const auto& self, const CLI::App& at) -> void {
    if (at.get_option_no_throw(option) != nullptr) owners.push_back(typed(at));
    for (const CLI::App* sub : commands_of(at)) self(self, *sub);
  };
  visit(visit, app);
  return fmt::format("{}", fmt::join(owners, ", "));
}

const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.front());
}

Fault leftover(const CLI::App& root, const CLI::App& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  Fault fault{.file = typed(command)};
  if (!word.starts_with("-") || word == "-" || word == "--") {
    fault.found = fmt::format("unexpected argument {}", deltasim::quoted(word));
    return fault;
  }
  fault.found = fmt::format("unknown option {}", name);
  if (!name.starts_with("--")) return fault;
  if (const std::string owners = owners_of(root, name); !owners.empty()) {
    fault.found += fmt::format(", which is one of {}", owners);
  } else {
    fault.nearest = nearest_name(name, long_options(command));
    if (fault.nearest.empty()) fault.nearest = completed(name, long_options(command));
  }
  return fault;
}

/// Whether a word may be an argument of a command that has commands below it too: not where it is
/// nearly one of these.
bool takes_argument(const CLI::App& command, const std::string& word) {
  std::error_code ignored;
  return std::ranges::any_of(command.get_options(),
                             [](const CLI::Option* option) { return option->get_positional(); }) &&
         (nearest_name(word, names_of(command)).empty() || std::filesystem::exists(word, ignored));
}

/// "-out" for "--out".
void check_dashes(const CLI::App& command, std::span<const std::string> words) {
  const Names options = long_options(command);
  for (const std::string& word : words) {
    if (word == "--") return;
    if (!word.starts_with("-") || word.starts_with("--")) continue;
    const std::string meant = "-" + word.substr(0, word.find('='));
    if (meant.size() <= 3 || std::ranges::find(options, meant) == options.end()) continue;
    throw ConfigError(Fault{
        .file = typed(command), .found = "unknown option " + meant.substr(1), .nearest = meant});
  }
}

}  // namespace

void check_words(const CLI::App& app, std::span<const std::string> words) {
  const CLI::App* at = &app;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (names_of(*at).empty()) return check_dashes(*at, words.subspan(i));
    if (is_flag(app, words[i]) && words[i] != "--help" && words[i] != "-h") continue;
    if (words[i].starts_with("-")) return;
    const CLI::App* next = command_named(*at, words[i]);
    if (next == nullptr && takes_argument(*at, words[i])) {
      return check_dashes(*at, words.subspan(i));
    }
    if (next == nullptr) {
      throw ConfigError(Fault{.key_path = "command",
                              .found = deltasim::quoted(words[i]),
                              .expected = fmt::format("one of {}", fmt::join(names_of(*at), ", ")),
                              .nearest = nearest_command(app, *at, words[i])});
    }
    at = next;
  }
}

void refuse_leftovers(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining(true);
  // What follows an unknown option is probably its value.
  const bool has_option =
      std::ranges::any_of(words, [](const auto& word) { return word.starts_with("-"); });
  std::vector<Fault> faults;
  for (const std::string& word : words) {
    if (has_option && !word.starts_with("-")) continue;
    faults.push_back(leftover(app, deepest(app), word));
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

std::string chosen_command(const CLI::App& app) { return typed(deepest(app)); }

}  // namespace deltasim::cli
