#pragma once
// A page in one file that opens without a network: frame, style, Chart.js, the model that is shown
// and the scripts that draw it.

#include <string>
#include <string_view>
#include <vector>

#include "report/table.h"

namespace deltasim {

struct HtmlPage {
  std::string title;
  std::string elsewhere;  ///< where the figures are for a reader without JavaScript; a sentence
  Json model;             ///< what the scripts draw; bytes that are no UTF-8 are replaced
  std::vector<std::string_view> scripts;  ///< in their order
};

/// @param version of deltasim, for the page's head
std::string html_page(const HtmlPage& page, std::string_view version);

}  // namespace deltasim
