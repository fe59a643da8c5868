#include "report/html_page.h"

#include <array>
#include <span>
#include <utility>

#include "report/page_files.h"

namespace deltasim {
namespace {

/// For text between tags.
std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '<':
        html += "&lt;";
        break;
      case '&':
        html += "&amp;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

/// JSON inside a script element: nothing in it may look like the element's end.
std::string inlined(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

/// Replaces each @NAME@ of the page once. What is put in is not looked at again.
std::string filled(std::string_view page,
                   std::span<const std::pair<std::string_view, std::string>> parts) {
  std::string html;
  while (true) {
    std::size_t next = std::string_view::npos;
    const std::pair<std::string_view, std::string>* found = nullptr;
    for (const auto& part : parts) {
      const std::size_t at = page.find(part.first);
      if (at < next) {
        next = at;
        found = &part;
      }
    }
    html += page.substr(0, next);
    if (found == nullptr) return html;
    html += found->second;
    page.remove_prefix(next + found->first.size());
  }
}

}  // namespace

std::string html_page(const HtmlPage& page, std::string_view version) {
  std::string script;
  for (const std::string_view part : page.scripts) script += part;
  const std::array<std::pair<std::string_view, std::string>, 7> parts{
      {{"@VERSION@", "deltasim " + escaped(version)},
       {"@TITLE@", escaped(page.title)},
       {"@STYLE@", std::string(embedded::page_style_css)},
       {"@ELSEWHERE@", escaped(page.elsewhere)},
       {"@MODEL@", inlined(page.model)},
       {"@CHART@", std::string(embedded::chart_js)},
       {"@SCRIPT@", script}}};
  return filled(embedded::page_html, parts);
}

}  // namespace deltasim
