#include "cli/command_tree.h"

#include <CLI/CLI.hpp>

namespace deltasim::cli {
namespace {

/// "INT in [1 - 9]" of CLI11's "INT:INT in [1 - 9]".
std::string value_text(const std::string& type) {
  const auto colon = type.find(':');
  if (colon == std::string::npos) return type;
  const std::string limits = type.substr(colon + 1);
  return limits.starts_with(type.substr(0, colon)) ? limits : type;
}

OptionInfo option_info(const CLI::Option& option) {
  OptionInfo info{
      .positional = option.get_positional(),
      .value = option.get_items_expected_max() == 0 ? "" : value_text(option.get_type_name()),
      .description = option.get_description(),
      .required = option.get_required(),
      .repeated = option.get_items_expected_max() > 1};
  if (info.positional) {
    info.names.push_back(option.get_single_name());
    return info;
  }
  for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
  return info;
}

CommandInfo read(const CLI::App& app, const std::string& before) {
  CommandInfo info{.name = app.get_name(),
                   .path = before + app.get_name(),
                   .description = app.get_description()};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? info.positionals : info.options).push_back(option_info(*option));
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!sub->get_group().empty()) info.commands.push_back(read(*sub, info.path + " "));
  }
  return info;
}

}  // namespace

const CommandInfo* CommandInfo::command(const std::string& wanted) const {
  for (const CommandInfo& sub : commands) {
    if (sub.name == wanted) return &sub;
  }
  return nullptr;
}

CommandInfo command_tree(const CLI::App& app) { return read(app, ""); }

}  // namespace deltasim::cli
