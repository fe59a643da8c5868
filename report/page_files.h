#pragma once
// The files that report.html is put together from; they are part of the program.

#include <string_view>

namespace deltasim::embedded {

extern const std::string_view page_html;          ///< the frame; it names the places of the others
extern const std::string_view page_style_css;     ///< light, dark and print
extern const std::string_view page_parts_js;      ///< charts and tables
extern const std::string_view page_sections_js;   ///< claims, energy, state, provenance
extern const std::string_view page_layers_js;     ///< layers, sites, frames
extern const std::string_view page_resources_js;  ///< lanes, roofline, placement
extern const std::string_view page_js;            ///< puts them together
extern const std::string_view page_sweep_front_js;    ///< of a sweep: the Pareto front
extern const std::string_view page_sweep_clips_js;    ///< of a sweep: its clips
extern const std::string_view page_sweep_effects_js;  ///< of a sweep: its parameters
extern const std::string_view page_sweep_js;  ///< of a sweep: points, and puts them together
extern const std::string_view chart_js;       ///< Chart.js, as Debian ships it

}  // namespace deltasim::embedded
