#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "arch/errors.h"
#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/man_page.h"
#include "cli/version.h"

namespace deltasim::cli {
namespace {

constexpr const char* kProgram = "deltasim";

int print_script(const std::string& shell) {
  if (shell == "bash") {
    fmt::print("{}", bash_completion_script(kProgram));
  } else if (shell == "zsh") {
    fmt::print("{}", zsh_completion_script(kProgram));
  } else {
    throw ConfigError(Fault{.key_path = "shell",
                            .found = deltasim::quoted(shell),
                            .expected = "bash or zsh",
                            .nearest = nearest_name(shell, {"bash", "zsh"})});
  }
  return kDone;
}

}  // namespace

void add_completion(CLI::App& app, const CommonOptions&, Action& chosen) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "completion",
      "Print a shell's completion script; use it by: source <(deltasim completion bash)");
  command->add_option("shell", *shell, "bash or zsh")->required()->type_name(kind::kShell);
  command->callback([shell, &chosen] { chosen = [shell] { return print_script(*shell); }; });
}

bool is_completion_request(std::span<const std::string> words) {
  return words.size() >= 3 && words[0] == "completion" && words[1] == "words" && words[2] == "--";
}

void answer_completion_request(const CLI::App& app, std::span<const std::string> words) {
  fmt::print("{}", completion_text(complete(command_tree(app), words.subspan(3))));
}

void add_man(CLI::App& app, const CommonOptions&, Action& chosen) {
  CLI::App* command =
      app.add_subcommand("man", "Print the manual page; read it by: deltasim man | man -l -");
  command->callback([&app, &chosen] {
    chosen = [&app]() -> int {
      fmt::print("{}", man_page(command_tree(app), kVersion));
      return kDone;
    };
  });
}

}  // namespace deltasim::cli
