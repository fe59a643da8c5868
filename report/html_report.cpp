#include "report/html_report.h"

#include "report/html_page.h"
#include "report/page_files.h"
#include "report/page_model.h"

namespace deltasim {

std::string html_report(std::span<const ResultDocument> runs,
                        const std::vector<std::string>& differences, std::string_view version) {
  Json model = page_model(runs, differences);
  const auto title = model.at("title").get<std::string>();
  return html_page(
      {.title = title,
       .elsewhere = "The same figures are in result.json and the CSV files.",
       .model = std::move(model),
       .scripts = {embedded::page_parts_js, embedded::page_sections_js, embedded::page_layers_js,
                   embedded::page_resources_js, embedded::page_js}},
      version);
}

}  // namespace deltasim
