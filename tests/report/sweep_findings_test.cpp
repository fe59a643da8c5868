// The findings in words, of sweeps of which they are known.

#include "report/sweep_findings.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "tests/report/made_up_sweep.h"

BOOST_AUTO_TEST_SUITE(sweep_findings_test)

using namespace deltasim;

namespace {

std::string paragraph(const SweepResult& sweep) {
  std::string text;
  for (const std::string& sentence : sweep_findings(sweep, analyse(sweep))) text += sentence + " ";
  BOOST_TEST(text.find("nan") == std::string::npos, text);
  BOOST_TEST(text.find("inf") == std::string::npos, text);
  return text;
}

void says(const std::string& text, const std::string& part) {
  BOOST_TEST((text.find(part) != std::string::npos), "'" << part << "' is not in: " << text);
}
void keeps_quiet(const std::string& text, const std::string& part) {
  BOOST_TEST((text.find(part) == std::string::npos), "'" << part << "' is in: " << text);
}

/// Energy falls with depth to 4 and then no more; time falls with banks; modes do nothing.
SweepResult known_sweep() {
  const std::vector axes{made_up_axis("accelerator.pe_array.fifo_depth", 4),
                         made_up_axis("accelerator.glb.banks", 3),
                         SweepAxis{.name = "energy", .levels = {"a_table", "b_table"}}};
  return made_up_sweep(
      axes, {energy_objective(), time_objective()}, grid_of(axes), [](const Levels& l) {
        const double energy = std::vector{8e9, 5e9, 4e9, 3.99e9}[l[0]] * (l[2] == 0 ? 1 : 1.001);
        return std::vector{energy * (1 + 0.1 * static_cast<double>(l[1])),
                           2e-3 / (1 + static_cast<double>(l[1]))};
      });
}

}  // namespace

BOOST_AUTO_TEST_CASE(known_answers_are_told) {
  const std::string text = paragraph(known_sweep());
  says(text, "24 designs were compared, every combination of 3 parameters (4 × 3 × 2 levels).");
  says(text,
       "The least energy is 3.99 mJ, of fifo_depth 8, banks 1, energy a_table (point 18): 1.23 "
       "times less than the median and 2.41 times less than the worst; fifo_depth explains ");
  says(text, "The least time is 0.6667 ms, of");
  says(text, "(point 4) and 7 designs alike:");
  says(text, "; banks explains 100 % of its variance.");
  says(text, "3 of the 24 designs are not dominated in energy and time");
  says(text,
       "From fifo_depth 1 to 8 energy falls in all 6 comparisons, by 50 %; beyond fifo_depth 4 "
       "energy changes by less than 1 %.");
  says(text, "From banks 1 to 4 time falls in all 8 comparisons, by 67 %.");
  says(text, "From banks 1 to 4 energy rises in all 8 comparisons, by 20 %.");
  says(text, "With fifo_depth time changes by less than 1 %.");
  says(text, "With parameter energy energy and time change by less than 1 %.");
  keeps_quiet(text, "failed");
  keeps_quiet(text, "base");
}

BOOST_AUTO_TEST_CASE(the_base_experiment_is_compared_with) {
  SweepResult sweep = known_sweep();
  sweep.axes[0].base = sweep.axes[1].base = sweep.axes[2].base = 0;
  says(paragraph(sweep), "2.01 times less than the base experiment");
  sweep.axes[0].base = 2;
  says(paragraph(sweep), "0.25 % less than the base experiment");
  sweep.axes[0].base = 3;
  says(paragraph(sweep), "the base experiment itself");
  sweep.axes[1].base.reset();
  keeps_quiet(paragraph(sweep), "base");
}

BOOST_AUTO_TEST_CASE(a_maximised_objective) {
  const std::vector axes{made_up_axis("bits", 4)};
  const auto sweep = made_up_sweep(
      axes, {{.name = "agreement", .minimised = false}}, grid_of(axes),
      [](const Levels& l) { return std::vector{0.25 * (1 + static_cast<double>(l[0]))}; });
  const std::string text = paragraph(sweep);
  says(text,
       "The greatest agreement is 1, of bits 8 (point 3): 1.6 times more than the median and "
       "4 times more than the worst.");
  keeps_quiet(text, "explains");  // one parameter cannot be set against others
  keeps_quiet(text, "dominated");
  says(text, "From bits 1 to 8 agreement rises in the one comparison that there is, by 300 %.");
}

BOOST_AUTO_TEST_CASE(few_points_allow_few_words) {
  const std::vector axes{made_up_axis("x", 3), made_up_axis("y", 3)};
  const auto value = [](const Levels& l) { return std::vector{1.0 + static_cast<double>(l[0])}; };
  const auto of = [&](const std::vector<Levels>& points) {
    return paragraph(made_up_sweep(axes, {energy_objective()}, points, value));
  };
  BOOST_TEST(of({}) == "No design has been evaluated, so that nothing can be compared. ");
  BOOST_TEST(of({{1, 1}}) ==
             "One design has been evaluated, so that nothing can be compared with it. Its energy "
             "is 2 pJ. ");
  const std::string two = of({{0, 1}, {2, 2}});
  says(two, "2 designs were compared, of the 9 combinations of 2 parameters.");
  keeps_quiet(two, "explains");
  keeps_quiet(two, "comparison");
  keeps_quiet(two, "changes");
}

BOOST_AUTO_TEST_CASE(what_failed_is_told) {
  SweepResult sweep = known_sweep();
  for (const std::size_t i : {1, 2, 3}) {
    sweep.points[i].status = PointStatus::kFailed;
    sweep.points[i].objectives.clear();
    sweep.points[i].error = i == 3 ? "other" : "the global buffer is too small\nmore";
  }
  sweep.points[4].status = PointStatus::kTimedOut;
  sweep.points[5].status = PointStatus::kOpen;
  sweep.points[6].objectives[1] = HUGE_VAL;
  const std::string text = paragraph(sweep);
  says(text, "18 designs were compared, of the 24 combinations of 3 parameters.");
  says(text, "3 designs failed, 2 of them with: the global buffer is too small.");
  says(text, "1 design took longer than the sweep's limit.");
  says(text, "1 design with an objective that is no finite number is left out.");
  says(text, "1 design has not been evaluated.");
}

BOOST_AUTO_TEST_CASE(gaps_in_a_grid_are_not_read_as_rest) {
  const std::vector axes{made_up_axis("depth", 4), made_up_axis("size", 2)};
  SweepResult sweep = made_up_sweep(axes, {energy_objective()}, grid_of(axes), [](const Levels& l) {
    return std::vector{std::vector{100.0, 70.0, 50.0, 35.0}[l[0]]};
  });
  const auto lose = [&](std::size_t depth, std::size_t size) {
    SweepPoint& point = sweep.points[2 * depth + size];
    point.status = PointStatus::kFailed;
    point.objectives.clear();
  };
  lose(1, 0);
  lose(3, 1);
  const std::string text = paragraph(sweep);
  keeps_quiet(text, "beyond");
  says(text, "From depth 1 to 8 energy falls in the one comparison that there is, by 65 %.");
}

BOOST_AUTO_TEST_CASE(a_rise_from_nothing_has_no_ratio) {
  const std::vector axes{made_up_axis("x", 3)};
  const auto sweep = made_up_sweep(axes, {energy_objective()}, grid_of(axes), [](const Levels& l) {
    return std::vector{static_cast<double>(l[0])};
  });
  says(paragraph(sweep),
       "From x 1 to 4 energy rises in the one comparison that there is, from nothing.");
}

BOOST_AUTO_TEST_CASE(a_tie_has_no_winner) {
  const SweepAxis kind{.name = "kind", .levels = {"a", "b", "c"}};
  const auto paragraph_of = [&](const std::vector<double>& energies) {
    return paragraph(made_up_sweep({kind}, {energy_objective()}, grid_of({kind}),
                                   [&](const Levels& l) { return std::vector{energies[l[0]]}; }));
  };
  says(paragraph_of({1, 2, 3}), "Of all levels of kind, a has the least energy");
  keeps_quiet(paragraph_of({1, 1, 3}), "has the least energy");
}

BOOST_AUTO_TEST_CASE(levels_that_are_no_designs_are_named) {
  const auto notes_of = [](const char* name) {
    const std::vector axes{made_up_axis(name, 2)};
    const auto sweep =
        made_up_sweep(axes, {energy_objective()}, grid_of(axes),
                      [](const Levels& l) { return std::vector{1.0 + static_cast<double>(l[0])}; });
    std::string text;
    for (const std::string& note : reading_notes(sweep, analyse(sweep))) text += note;
    return text;
  };
  says(notes_of("energy"), "models of technologies");
  says(notes_of("frames"), "different numbers of frames");
  keeps_quiet(notes_of("fifo_depth"), "models of technologies");
}

BOOST_AUTO_TEST_CASE(equal_designs_are_no_winners) {
  const std::vector axes{made_up_axis("x", 3), made_up_axis("y", 1)};
  const auto sweep = made_up_sweep(axes, {energy_objective()}, grid_of(axes),
                                   [](const Levels&) { return std::vector{0.0}; });
  const std::string text = paragraph(sweep);
  says(text, "All designs have the same energy: 0 pJ.");
  keeps_quiet(text, "times");
  const auto notes = reading_notes(sweep, analyse(sweep));
  says(notes.back(), "Of y one level was tried (1): the sweep says nothing about it.");
}

BOOST_AUTO_TEST_SUITE_END()
