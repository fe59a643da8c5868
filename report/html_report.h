#pragma once
// report.html: one file that opens without a network, with its charts, its figures and its style.

#include <span>
#include <string>

#include "report/result_document.h"

namespace deltasim {

/// The page about one run, or about several side by side. Self-contained: Chart.js is in it.
/// @param version of deltasim, for the page's head
/// @throws ConfigError as page_model()
std::string html_report(std::span<const ResultDocument> runs,
                        const std::vector<std::string>& differences, std::string_view version);

}  // namespace deltasim
