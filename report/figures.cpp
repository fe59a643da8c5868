#include "report/figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/atomic_file.h"
#include "report/gnuplot.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

void remove_files(const fs::path& folder, const std::string& name,
                  std::initializer_list<const char*> endings) {
  std::error_code ignored;
  for (const char* ending : endings) fs::remove(folder / (name + ending), ignored);
}

/// gnuplot reads a line as a row, and knows no doubled quotes.
Table plain_texts(Table table) {
  for (std::vector<Json>& row : table.rows) {
    for (Json& value : row) {
      if (!value.is_string()) continue;
      std::string text = value.get<std::string>();
      std::ranges::replace(text, '"', '\'');
      std::ranges::replace_if(
          text, [](unsigned char c) { return c < ' '; }, ' ');
      value = text;
    }
  }
  return table;
}

}  // namespace

std::vector<Figure> figures_of(std::span<const RunView> runs) {
  if (runs.size() > 1) {
    return {component_energy_figure(runs), data_energy_figure(runs), pareto_figure(runs)};
  }
  const RunView& run = runs.front();
  return {waterfall_figure(run),   spatial_waterfall_figure(run), component_energy_figure(run),
          data_energy_figure(run), sparsity_figure(run),          roofline_figure(run),
          pareto_figure(runs)};
}

std::vector<std::string> write_figures(const std::vector<Figure>& figures, const fs::path& folder) {
  std::vector<std::string> notes;
  make_folder(folder);
  std::string no_picture;
  for (const Figure& figure : figures) {
    const std::string& name = figure.script.name;
    remove_files(folder, name, {".pdf", ".svg"});
    if (!figure.missing.empty()) {
      remove_files(folder, name, {".gp", ".csv"});
      notes.push_back(fmt::format("no figure {}: {}", name, figure.missing));
      continue;
    }
    write_file_atomically(folder / (name + ".csv"), csv(plain_texts(figure.data)));
    write_file_atomically(folder / (name + ".gp"), gnuplot_script(figure.script));
    // One that is not installed is not looked for again.
    if (no_picture.empty()) no_picture = run_gnuplot(folder / (name + ".gp"));
  }
  if (!no_picture.empty())
    notes.push_back("data and scripts are written, not all pictures: " + no_picture);
  return notes;
}

}  // namespace deltasim
