#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace deltasim::cli {
namespace {

using Words = std::vector<std::string>;

bool is_break(const std::string& word) { return word == "=" || word == ":"; }

/// Puts together again what bash took apart.
Words whole_words(std::span<const std::string> words) {
  Words whole;
  bool glue = false;
  for (const std::string& word : words) {
    if (!whole.empty() && (glue || is_break(word))) {
      whole.back() += word;
    } else {
      whole.push_back(word);
    }
    glue = is_break(word);
  }
  return whole;
}

/// Walks the words before the cursor, as the parser will.
class Walk {
 public:
  explicit Walk(const CommandInfo& root) : path_{&root} {}

  void take(const std::string& word) {
    if (std::exchange(pending_, nullptr) != nullptr) return;
    if (word == "--" && !only_positionals_) {
      only_positionals_ = true;
    } else if (word.starts_with("-") && word.size() > 1 && !only_positionals_) {
      take_option(word);
    } else if (const CommandInfo* sub = command().command(word)) {
      path_.push_back(sub);
    } else {
      ++positionals_;
    }
  }

  Completion complete(const std::string& begun) const {
    if (pending_ != nullptr) return values(*pending_, begun);
    const auto equals = begun.find('=');
    if (begun.starts_with("--") && equals != std::string::npos && !only_positionals_) {
      const OptionInfo* option = find(begun.substr(0, equals));
      if (option == nullptr || option->value.empty()) return {};
      return values(*option, begun.substr(equals + 1));
    }
    if (begun.starts_with("-") && !only_positionals_) return options(begun);
    Completion completion = commands(begun);
    if (const OptionInfo* positional = next_positional()) {
      Completion more = values(*positional, begun);
      std::ranges::move(more.candidates, std::back_inserter(completion.candidates));
      completion.files = std::move(more.files);
    } else if (command().commands.empty() && begun.empty()) {
      return options(begun);
    }
    return completion;
  }

 private:
  const CommandInfo& command() const { return *path_.back(); }

  const OptionInfo* find(const std::string& name) const {
    for (const CommandInfo* command : path_) {
      for (const OptionInfo& option : command->options) {
        if (std::ranges::find(option.names, name) != option.names.end()) return &option;
      }
    }
    return nullptr;
  }

  void take_option(const std::string& word) {
    const OptionInfo* option = find(word.substr(0, word.find('=')));
    if (option == nullptr) return;
    used_.push_back(option);
    if (!option->value.empty() && word.find('=') == std::string::npos) pending_ = option;
  }

  const OptionInfo* next_positional() const {
    const std::vector<OptionInfo>& all = command().positionals;
    if (all.empty()) return nullptr;
    if (positionals_ < all.size()) return &all[positionals_];
    return all.back().repeated ? &all.back() : nullptr;
  }

  Completion commands(const std::string& begun) const {
    Completion completion;
    for (const CommandInfo& sub : command().commands) {
      if (sub.name.starts_with(begun)) completion.candidates.push_back({sub.name, sub.description});
    }
    return completion;
  }

  Completion options(const std::string& begun) const {
    Completion completion;
    for (auto at = path_.rbegin(); at != path_.rend(); ++at) {
      for (const OptionInfo& option : (*at)->options) {
        const std::string& name = option.names.back();
        if (!name.starts_with(begun) || was_used(option) || has(completion, name)) continue;
        completion.candidates.push_back({name, option.description});
      }
    }
    return completion;
  }

  /// Of "key=value" only what follows the last break: that is the word a shell would replace.
  static Completion values(const OptionInfo& option, const std::string& begun) {
    ValueChoices choices = choices_of(option.type(), begun);
    const auto cut = begun.find_last_of("=:");
    const std::size_t kept = cut == std::string::npos ? 0 : cut + 1;
    Completion completion{.candidates = {}, .files = std::move(choices.files)};
    for (const std::string& name : choices.names) {
      if (!name.starts_with(begun) || name.size() <= kept) continue;
      completion.candidates.push_back({name.substr(kept), {}});
    }
    return completion;
  }

  bool was_used(const OptionInfo& option) const {
    return !option.repeated && std::ranges::find(used_, &option) != used_.end();
  }
  static bool has(const Completion& completion, const std::string& name) {
    return std::ranges::any_of(completion.candidates,
                               [&](const Candidate& candidate) { return candidate.text == name; });
  }

  std::vector<const CommandInfo*> path_;  ///< from the program to the command
  std::vector<const OptionInfo*> used_;
  const OptionInfo* pending_ = nullptr;  ///< waits for its value
  std::size_t positionals_ = 0;
  bool only_positionals_ = false;
};

std::string in_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\t', ' ');
  return text;
}

std::string files_text(const FileRule& files) {
  switch (files.kind) {
    case FileRule::kNone:
      return "none";
    case FileRule::kFolders:
      return "folders";
    case FileRule::kFiles:
      break;
  }
  std::string text = "files";
  for (const std::string& ending : files.endings) text += " " + ending;
  return text;
}

/// @param text with PROGRAM where the program's name stands
std::string for_program(std::string text, const std::string& program) {
  constexpr std::string_view kPlace = "PROGRAM";
  for (auto at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at)) {
    text.replace(at, kPlace.size(), program);
  }
  return text;
}

}  // namespace

Completion complete(const CommandInfo& root, std::span<const std::string> words) {
  const Words whole = whole_words(words);
  Walk walk(root);
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) walk.take(whole[i]);
  return walk.complete(whole.empty() ? "" : whole.back());
}

std::string completion_text(const Completion& completion) {
  std::string text = files_text(completion.files) + "\n";
  for (const Candidate& candidate : completion.candidates) {
    text += fmt::format("{}\t{}\n", candidate.text, in_one_line(candidate.description));
  }
  return text;
}

std::string bash_completion_script(const std::string& program) {
  return for_program(R"(# bash completion of PROGRAM. It asks the program what may follow.
_PROGRAM() {
    local program=${COMP_WORDS[0]/#\~/$HOME} word=${COMP_WORDS[COMP_CWORD]}
    local -a answer rule
    local file ending
    COMPREPLY=()
    mapfile -t answer < <("$program" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    [[ $word == [=:] ]] && word=
    COMPREPLY=("${answer[@]:1}")
    COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null
    read -ra rule <<<"${answer[0]-none}"
    case ${rule[0]} in
    folders) file=-d ;;
    files) file=-f ;;
    *) return ;;
    esac
    compopt -o filenames 2>/dev/null
    while IFS= read -r file; do
        if [[ ${#rule[@]} -eq 1 || -d ${file/#\~/$HOME} ]]; then
            COMPREPLY+=("$file")
            continue
        fi
        for ending in "${rule[@]:1}"; do
            [[ $file == *."$ending" ]] && COMPREPLY+=("$file")
        done
    done < <(compgen "$file" -- "$word")
}
complete -F _PROGRAM PROGRAM
)",
                     program);
}

std::string zsh_completion_script(const std::string& program) {
  return for_program(R"script(#compdef PROGRAM
# zsh completion of PROGRAM. It asks the program what may follow.
_PROGRAM() {
  local -a answer names rule space
  local line text
  answer=("${(@f)$("${(Q)words[1]/#\~/$HOME}" completion words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "${(@)answer[2,-1]}"; do
    text=${line%%$'\t'*}
    text=${text//:/\\:}
    names+=("$text:${line#*$'\t'}")
  done
  if [[ $PREFIX == --*=* ]] || (( $#names )); then
    compset -P '*='
  fi
  (( $#names == 1 )) && [[ ${answer[2]%%$'\t'*} == *[=:] ]] && space=(-S '')
  (( $#names )) && _describe -t values value names "${(@)space}"
  rule=(${=answer[1]})
  case ${rule[1]} in
    folders) _files -/ ;;
    files)
      if (( $#rule == 1 )); then
        _files
      else
        _files -g "*.(${(j:|:)rule[2,-1]})(-.)"
      fi ;;
  esac
}
if [[ ${funcstack[1]} == _PROGRAM ]]; then
  _PROGRAM "$@"
else
  compdef _PROGRAM PROGRAM
fi
)script",
                     program);
}

}  // namespace deltasim::cli
