#include <fmt/format.h>

#include "arch/errors.h"
#include "sim/validation/figure_text.h"
#include "sim/validation/validate.h"

namespace deltasim {
namespace {

bool ran(const SuiteOutcome& outcome) {
  return outcome.verdict != Verdict::kSkipped && outcome.verdict != Verdict::kNotRun;
}

/// What stands in a cell must not end it.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

std::string row_markdown(const ValidationRow& row) {
  std::string what = cell(row.what);
  if (!row.note.empty()) what += fmt::format(" ({})", cell(row.note));
  return fmt::format("| {} | {} | {} | {} | {}{} |\n", what, figure_text(row.ours),
                     figure_text(row.theirs), error_text(row.error), bound_text(row.bound),
                     row.holds ? "" : ", **fell short**");
}

std::string suites_markdown() {
  std::string text = "| suite | compares | bound | data |\n| --- | --- | --- | --- |\n";
  for (const SuiteFactory& factory : validation_suites()) {
    const auto suite = factory.make();
    const std::string folder = suite->need().folder;
    text += fmt::format("| `{}` | {} | {} | {} |\n", suite->name(),
                        cell(std::string(suite->description())), cell(std::string(suite->bound())),
                        folder.empty() ? "none" : "`" + folder + "/`");
  }
  return text;
}

std::string begin_mark(const std::string& section) {
  return fmt::format("<!-- validate {}: begin -->\n", section);
}
std::string end_mark(const std::string& section) {
  return fmt::format("<!-- validate {}: end -->\n", section);
}

std::string marked(const std::string& section, const std::string& content) {
  return begin_mark(section) + content + end_mark(section);
}

/// @return false where there is no such section
bool replace_section(std::string& document, const std::string& section, const std::string& content,
                     const std::string& name) {
  const std::string begin_text = begin_mark(section), end_text = end_mark(section);
  const std::size_t begin = document.find(begin_text);
  const std::size_t end = document.find(end_text);
  if (begin == std::string::npos && end == std::string::npos) return false;
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    throw ConfigError(
        Fault{.file = name,
              .key_path = "section " + section,
              .found = begin == std::string::npos ? "an end without a beginning before it"
                                                  : "no end of the section after its beginning",
              .expected = begin_text.substr(0, begin_text.size() - 1) + " ... " +
                          end_text.substr(0, end_text.size() - 1) + ", each on a line of its own"});
  }
  document.replace(begin, end + end_text.size() - begin, marked(section, content));
  return true;
}

}  // namespace

std::string validation_markdown(const SuiteOutcome& outcome) {
  if (!ran(outcome)) return fmt::format("{}: {}\n", to_string(outcome.verdict), outcome.message);
  std::string text = "| | ours | theirs | error | bound |\n| --- | ---: | ---: | ---: | ---: |\n";
  const std::string* group = nullptr;
  for (const ValidationRow& row : outcome.result.rows) {
    if (row.detail && row.holds) continue;
    if (group == nullptr || *group != row.group) {
      text += fmt::format("| **{}** | | | | |\n", cell(row.group));
    }
    group = &row.group;
    text += row_markdown(row);
  }
  text += "\n";
  for (const std::string& note : outcome.result.notes) text += fmt::format("- {}\n", note);
  return text + fmt::format("- {}\n", verdict_text(outcome));
}

std::string with_validation_tables(std::string document, const ValidationReport& report,
                                   const std::string& name) {
  if (document.empty()) document = "# Validation\n\n" + marked("suites", "");
  if (document.back() != '\n') document += '\n';
  replace_section(document, "suites", suites_markdown(), name);
  for (const SuiteOutcome& outcome : report) {
    if (!ran(outcome)) continue;
    const std::string content = validation_markdown(outcome);
    if (replace_section(document, outcome.name, content, name)) continue;
    document += fmt::format("\n## `{}`\n\n{}", outcome.name, marked(outcome.name, content));
  }
  return document;
}

}  // namespace deltasim
