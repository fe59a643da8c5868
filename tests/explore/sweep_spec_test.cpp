// Sweep files: what is read, and that every fault is said at once, at its place.

#include "explore/sweep_spec.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "arch/resources.h"
#include "explore/design_space.h"
#include "tests/support/fault_messages.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(sweep_spec_test)

using namespace deltasim;
using test::expect_fault;
namespace fs = std::filesystem;

const test::TemporaryDirectory& folder() {
  static const test::TemporaryDirectory directory;
  return directory;
}

const std::string kObjectives =
    "objectives:\n  - {minimise: modes.delta.energy_pJ.total, name: energy}\n"
    "  - {minimise: modes.delta.time_s}\n";
const std::string kHead = "experiment: two_stream_sample\n" + kObjectives;

SweepSpec load(const std::string& text, const Overrides& overrides = {}) {
  return load_sweep(folder().write("s.yaml", text), overrides);
}

SweepSpec with_parameters(const std::string& parameters, const std::string& rest = "") {
  return load(kHead + "parameters:\n" + parameters + rest);
}

std::vector<std::string> labels(const SweepParameter& parameter) {
  std::vector<std::string> texts;
  for (const Level& level : parameter.levels) texts.push_back(level.label);
  return texts;
}

std::vector<std::string> faults_of(const std::string& text, const Overrides& overrides = {}) {
  return test::fault_messages([&] { load(text, overrides); }, folder() / "s.yaml");
}

using Texts = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(everything_that_a_file_may_have) {
  const SweepSpec spec = load(
      "name: places\ndescription: Where?\nexperiment: two_stream_sample\n"
      "set: {frames: 2, modes: [delta]}\n"
      "parameters:\n"
      "  accelerator.pe_array.fifo_depth: [1, 4, 16]\n"
      "  energy: [horowitz_45nm, seneca_22nm]\n"
      "  glb:\n"
      "    - {label: small, accelerator.glb.capacity: 512 KiB, "
      "accelerator.glb.partition.weights: 48 KiB}\n"
      "    - {accelerator.glb.capacity: 1 MiB}\n"
      "constraints:\n  - accelerator.pe_array.fifo_depth * 64 KiB <= accelerator.glb.capacity\n"
      "strategy: {kind: nsga2, population: 24, generations: 10, seed: 7}\n"
      "objectives:\n"
      "  - {minimise: modes.delta.energy_pJ.total, name: energy}\n"
      "  - {minimise: modes.delta.energy_pJ.total * modes.delta.time_s, name: energy_delay}\n"
      "  - {maximise: fidelity.spatial.top1_agreement}\n"
      "budget: {points: 1000, hours: 2}\npoint_timeout: 10 min\n");
  BOOST_TEST(spec.name == "places");
  BOOST_TEST(spec.description == "Where?");
  BOOST_TEST(spec.experiment.filename() == "two_stream_sample.yaml");
  const Overrides sets{{"frames", "2"}, {"modes", "[delta]"}};
  BOOST_TEST((spec.sets == sets));
  BOOST_TEST(labels(spec.parameters.at(0)) == (Texts{"1", "4", "16"}),
             boost::test_tools::per_element());
  BOOST_TEST(labels(spec.parameters.at(2)) == (Texts{"small", "1 MiB"}),
             boost::test_tools::per_element());
  const Overrides small{{"accelerator.glb.capacity", "512 KiB"},
                        {"accelerator.glb.partition.weights", "48 KiB"}};
  BOOST_TEST((spec.parameters.at(2).levels.at(0).sets == small));
  const auto& search = std::get<Nsga2Strategy>(spec.strategy);
  BOOST_TEST(search.population == 24);
  BOOST_TEST(search.generations == 10);
  BOOST_TEST(search.seed == 7U);
  BOOST_TEST(spec.objectives.at(0).unit == "pJ");
  BOOST_TEST(spec.objectives.at(1).unit == "pJ s");
  BOOST_TEST(spec.objectives.at(2).name == "fidelity.spatial.top1_agreement");
  BOOST_TEST(!spec.objectives.at(2).minimised);
  BOOST_TEST(*spec.budget.points == 1000);
  BOOST_TEST(*spec.budget.hours == 2);
  BOOST_TEST(*spec.point_timeout_s == 600);
  BOOST_TEST(spec.text == test::read_file(folder() / "s.yaml"));
}

BOOST_AUTO_TEST_CASE(defaults) {
  const SweepSpec spec = with_parameters("  frames: [1, 2]\n");
  BOOST_TEST(spec.name == "s");
  BOOST_TEST(std::holds_alternative<GridStrategy>(spec.strategy));
  BOOST_TEST(!spec.budget.points);
  BOOST_TEST(!spec.point_timeout_s);
}

BOOST_AUTO_TEST_CASE(lists_may_hold_lists) {
  const SweepSpec spec = with_parameters("  modes: [delta, [dense, delta], [spatial]]\n");
  BOOST_TEST(labels(spec.parameters.at(0)) == (Texts{"delta", "[dense, delta]", "[spatial]"}),
             boost::test_tools::per_element());
  BOOST_TEST(spec.parameters.at(0).levels.at(1).sets.at(0).second == "[dense, delta]");
}

BOOST_AUTO_TEST_CASE(all_faults_at_once_with_line_and_nearest_name) {
  const Texts faults = faults_of(
      "experimnt: two_stream_sample\n"                                                    // 1
      "experiment: two_stream_sample\n"                                                   // 2
      "parameters:\n"                                                                     // 3
      "  accelerator.pe_array.fifo_dpth: [1, 4]\n"                                        // 4
      "  accelerator.glb.capacity: [128 KiB, 1 Mhz]\n"                                    // 5
      "  accelerator.glb.banks: {from: 32, to: 4, scale: power_of_two}\n"                 // 6
      "  accelerator.clock: {from: 100 MHz, to: 800 MHz, scale: lin, points: 8}\n"        // 7
      "  accelerator.noc.link_width: {from: 64 bit, to: 4 KiB, scale: log, points: 3}\n"  // 8
      "  energy: []\n"                                                                    // 9
      "  frmaes: [1]\n"                                                                   // 10
      "objectives:\n"                                                                     // 11
      "  - {minimise: modes.delta.energy_pJ.total *}\n"                                   // 12
      "  - {minimise: modes.detla.cycles, name: cycles}\n"                                // 13
      "  - {maximise: modes.delta.utilization, name: Cycles}\n"                           // 14
      "budget: {points: 0}\n"                                                             // 15
      "point_timeout: 10\n");                                                             // 16
  expect_fault(faults, "s.yaml:1: experimnt: unknown key", "did you mean experiment?");
  expect_fault(faults, "s.yaml:4: parameters.accelerator.pe_array.fifo_dpth:",
               "did you mean accelerator.pe_array.fifo_depth?");
  expect_fault(faults, "s.yaml:5: parameters.accelerator.glb.capacity[1]: found '1 Mhz'", "a size");
  expect_fault(faults, "s.yaml:6: parameters.accelerator.glb.banks.to: found '4'",
               "at least `from`");
  expect_fault(faults, "s.yaml:7: parameters.accelerator.clock.scale: found 'lin'", "linear");
  expect_fault(faults, "s.yaml:8: parameters.accelerator.noc.link_width.to: found '4 KiB'",
               "a number of bits, as `from`");
  expect_fault(faults, "s.yaml:9: parameters.energy:", "at least one value");
  expect_fault(faults, "s.yaml:10: parameters.frmaes:", "did you mean frames?");
  expect_fault(faults, "s.yaml:12: objectives[0].minimise:", "an expression");
  expect_fault(faults, "s.yaml:13: objectives[1].minimise:", "did you mean delta?");
  expect_fault(faults, "s.yaml:14: objectives[2]:", "'Cycles' stands twice");
  expect_fault(faults, "s.yaml:15: budget.points: found '0'");
  expect_fault(faults, "s.yaml:16: point_timeout: found '10'", "a time");
  BOOST_TEST(faults.size() == 13U);
}

BOOST_AUTO_TEST_CASE(a_level_is_judged_by_its_own_key) {
  // Partitions larger than the buffer are the point's own failure, not the file's.
  BOOST_TEST(with_parameters("  accelerator.glb.capacity: [1 KiB, 1 MiB]\n").parameters.size() ==
             1U);
  // bits is a key of some quantizers only: with them it is right.
  folder().write("video.avi", "x");
  folder().write("recorded.yaml", "video: {file: video.avi}\n");
  const std::string head = "experiment: recorded.yaml\n" + kObjectives;
  const SweepSpec both = load(head +
                              "parameters:\n  quantizer.bits: [5, 8]\n"
                              "  quantizer.kind: [fixed_point, sigma_delta]\n");
  BOOST_TEST(both.parameters.size() == 2U);
  const Texts alone = faults_of(head + "parameters:\n  quantizer.bits: [5, 8]\n");
  expect_fault(alone, "s.yaml:6: parameters.quantizer.bits:", "unknown");
  const Texts bundle = faults_of(head +
                                 "parameters:\n  q:\n    - {quantizer.kind: fixed_point, "
                                 "quantizer.bits: 8}\n    - {quantizer.kind: fixed_point,\n"
                                 "       quantizer.bits: 99}\n");
  expect_fault(bundle, "s.yaml:9: parameters.q[1].quantizer.bits: found '99'");
}

BOOST_AUTO_TEST_CASE(faults_of_the_base) {
  expect_fault(
      faults_of("experiment: two_stream_sampel\n" + kObjectives + "parameters: {frames: [1]}\n"),
      "s.yaml:1: experiment: found 'two_stream_sampel'", "did you mean two_stream_sample?");
  expect_fault(
      faults_of(kHead + "set: {frmes: 1, accelerator.clock: 3}\nparameters: {frames: [1]}\n"),
      "s.yaml:5: set.frmes:", "did you mean frames?");
  expect_fault(faults_of(kHead + "set: {accelerator.clock: 3}\nparameters: {frames: [1]}\n"),
               "s.yaml:5: set.accelerator.clock:", "a frequency");
  folder().write("bad.yaml", "trace: a.dtrace\nmodes: [detla]\n");
  expect_fault(faults_of("experiment: bad.yaml\n" + kObjectives + "parameters: {frames: [1]}\n"),
               (folder() / "bad.yaml").string() + ":2: modes[0]");
  expect_fault(faults_of(kHead + "parameters: {frames: [1]}\n", {{"frmes", "1"}}), "--set frmes");
  expect_fault(faults_of(kHead + "parameters: {frames: [1]}\n", {{"frames", "1"}}),
               "--set: found 'frames'", "the sweep's parameter frames");
  expect_fault(faults_of(kHead + "set: {frames: 2}\nparameters: {frames: [1]}\n"),
               "s.yaml:5: set.frames:", "no key of the parameter frames");
}

/// The text of a key, as a flow map has it.
std::string set_of(const SweepSpec& spec, const std::string& key) {
  const auto found = std::ranges::find(spec.sets, key, &Overrides::value_type::first);
  return found == spec.sets.end() ? "" : found->second;
}

BOOST_AUTO_TEST_CASE(files_within_maps_and_lists_are_found_beside_the_sweep) {
  const test::TemporaryDirectory own;
  fs::create_directories(own / "study/imgs");
  own.write("study/steps.csv", "");
  own.write("study/imgs/1.png", "");
  own.write("base.yaml", "video: {file: v.avi}\n");
  const fs::path file = own.write(
      "study/s.yaml", "experiment: ../base.yaml\n" + kObjectives +
                          "set:\n  quantizer: {kind: step, file: steps.csv}\n"
                          "parameters:\n"
                          "  quantizer.calibration_clips: [[imgs], [imgs, imgs], [other]]\n");
  const SweepSpec spec = load_sweep(file, {});
  const std::string beside = (own / "study").string();
  BOOST_TEST(set_of(spec, "quantizer") == "{kind: step, file: " + beside + "/steps.csv}");
  const std::string imgs = beside + "/imgs";
  const std::vector<Level>& clips = spec.parameters.at(0).levels;
  BOOST_TEST(clips.at(0).sets.at(0).second == "[" + imgs + "]");
  BOOST_TEST(clips.at(1).sets.at(0).second == "[" + imgs + ", " + imgs + "]");
  BOOST_TEST(clips.at(2).sets.at(0).second == "[other]");
  BOOST_TEST(clips.at(1).label == "[imgs, imgs]");
}

BOOST_AUTO_TEST_CASE(a_name_beside_which_a_folder_is_called_so_stays_a_name) {
  const test::TemporaryDirectory own;
  fs::create_directory(own / "study");
  for (const char* name : {"resnet50", "alexnet", "edram_32nm"}) {
    fs::create_directory(own / ("study/" + std::string(name)));
  }
  own.write("study/net.onnx", "");
  own.write("base.yaml", "video: {file: v.avi}\naccelerator: delta_event_256_edram\n");
  const fs::path file =
      own.write("study/s.yaml", "experiment: ../base.yaml\n" + kObjectives +
                                    "set: {accelerator.memories.0.technology: edram_32nm}\n"
                                    "parameters:\n  network.name: [resnet50, alexnet, net.onnx]\n");
  const SweepSpec spec = load_sweep(file, {});
  BOOST_TEST(set_of(spec, "accelerator.memories.0.technology") == "edram_32nm");
  const std::vector<Level>& networks = spec.parameters.at(0).levels;
  BOOST_TEST(networks.at(0).sets.at(0).second == "resnet50");
  BOOST_TEST(networks.at(2).sets.at(0).second == (own / "study/net.onnx").string());
}

BOOST_AUTO_TEST_CASE(files_beside_the_sweep_are_found) {
  folder().write("mine.yaml", test::read_file(find_resource("accelerators", "delta_event_256")));
  const SweepSpec spec = with_parameters("  accelerator: [mine.yaml, delta_event_256]\n");
  BOOST_TEST(spec.parameters.at(0).levels.at(0).label == "mine.yaml");
  BOOST_TEST(spec.parameters.at(0).levels.at(0).sets.at(0).second ==
             (folder() / "mine.yaml").string());
  expect_fault(faults_of(kHead + "parameters:\n  accelerator: [delta_evnt_256]\n"),
               "s.yaml:6: parameters.accelerator[0]:", "did you mean delta_event_256?");
}

BOOST_AUTO_TEST_CASE(keys_of_the_energy_table) {
  BOOST_TEST(with_parameters("  energy.dram.access.energy: [100 pJ, 640 pJ]\n").parameters.size() ==
             1U);
  expect_fault(faults_of(kHead + "parameters:\n  energy.dram.acess.energy: [100 pJ]\n"),
               "s.yaml:6: parameters.energy.dram.acess.energy", "did you mean dram.access?");
  expect_fault(faults_of(kHead + "parameters:\n  energy.dram.access.energy: [100 pJ, 1 MHz]\n"),
               "s.yaml:6: parameters.energy.dram.access.energy[1]: found '1 MHz'", "an energy");
}

BOOST_AUTO_TEST_CASE(the_shipped_array_studies_have_one_space) {
  const SweepSpec grid = load_sweep(find_resource("studies", "array_3_parameters"), {});
  const SweepSpec search = load_sweep(find_resource("studies", "array_3_parameters_nsga2"), {});
  BOOST_TEST(planned_points(grid).size() == 864U);
  BOOST_TEST(combinations(search) == 864);
  BOOST_TEST(std::holds_alternative<Nsga2Strategy>(search.strategy));
  BOOST_TEST(search.budget.points.value() == 864 / 4);
}

BOOST_AUTO_TEST_CASE(levels_and_keys_stand_once) {
  expect_fault(faults_of(kHead + "parameters:\n  frames: [1, 2, 1]\n"),
               "s.yaml:6: parameters.frames[2]:", "does not stand twice");
  expect_fault(faults_of(kHead + "parameters:\n  accelerator.glb.capacity: [1 MiB, 1024 KiB]\n"),
               "s.yaml:6: parameters.accelerator.glb.capacity[1]:", "the same as");
  expect_fault(faults_of(kHead + "parameters:\n  clock: [1 MHz]\n  accelerator.clock: [2 MHz]\n"),
               "s.yaml:7: parameters.accelerator.clock:", "clock sets accelerator.clock");
  expect_fault(faults_of(kHead + "parameters:\n  accelerator.glb.banks: [4]\n  x:\n"
                                 "    - {accelerator.glb: {capacity: 1 MiB}}\n"),
               "s.yaml:8: parameters.x:");
  // SQLite tells columns apart by more than their capital letters.
  expect_fault(faults_of(kHead + "parameters:\n  q: [{label: a, frames: 1}]\n"
                                 "  Q: [{label: b, modes: [delta]}]\n"),
               "s.yaml:7: parameters.Q:", "capital letters");
}

BOOST_AUTO_TEST_CASE(constraints) {
  const std::string parameters =
      "parameters:\n  accelerator.pe_array.rows: [8, 16]\n  accelerator.pe_array.columns: [16, "
      "32]\n";
  BOOST_TEST(planned_points(load(kHead + parameters +
                                 "constraints:\n  - accelerator.pe_array.rows * "
                                 "accelerator.pe_array.columns <= 256\n"))
                 .size() == 3U);
  // Of the base: 4 lanes.
  BOOST_TEST(planned_points(load(kHead + parameters +
                                 "constraints: [accelerator.pe_array.rows * "
                                 "accelerator.pe_array.mac_lanes <= 32]\n"))
                 .size() == 2U);
  expect_fault(faults_of(kHead + parameters + "constraints:\n  - accelerator.pe_array.rows > 16\n"),
               "s.yaml:9: constraints:", "no combination of the values meets them all");
  expect_fault(faults_of(kHead + parameters + "constraints:\n  - accelerator.pe_array.rosw > 16\n"),
               "s.yaml:9: constraints[0]:", "did you mean accelerator.pe_array.rows?");
  expect_fault(faults_of(kHead + parameters + "constraints:\n  - accelerator.state.place > 16\n"),
               "s.yaml:9: constraints[0]:", "accelerator.state.place");
  expect_fault(faults_of(kHead + parameters + "constraints:\n  - 1 / 0 > (\n"),
               "s.yaml:9: constraints[0]:", "an expression");
}

BOOST_AUTO_TEST_CASE(absurd_sizes) {
  std::string parameters = "parameters:\n";
  for (const char* key : {"rows", "columns", "mac_lanes", "fifo_depth"}) {
    parameters += std::string("  accelerator.pe_array.") + key +
                  ": {from: 1, to: 1000, scale: linear, points: 1000}\n";
  }
  expect_fault(faults_of(kHead + parameters), "s.yaml:6: parameters:", "1000000000000");
  BOOST_TEST(planned_points(load(kHead + parameters + "budget: {points: 10}\n")).size() == 10U);
  BOOST_TEST(
      planned_points(load(kHead + parameters + "strategy: {kind: random, points: 10}\n")).size() ==
      10U);
  for (int i = 0; i < 6; ++i) {
    parameters += "  accelerator.memories." + std::to_string(i) +
                  ".banks: {from: 1, to: 5000, scale: linear, points: 5000}\n";
  }
  expect_fault(faults_of(kHead + parameters), "s.yaml:6: parameters:", "fewer");
  expect_fault(
      faults_of(kHead +
                "parameters:\n  frames: {from: 1, to: 1000000000, scale: linear, step: 1}\n"),
      "s.yaml:6: parameters.frames.step:", "at most 100000 values");
  expect_fault(
      faults_of(kHead +
                "parameters:\n  frames: {from: 1, to: 9, scale: linear, points: 999999999}\n"),
      "s.yaml:6: parameters.frames.points:");
}

BOOST_AUTO_TEST_CASE(wrong_shapes_are_faults_and_not_crashes) {
  for (const char* text :
       {"",
        "x",
        "[]",
        "experiment: []\n",
        "experiment: ''\n",
        "parameters: 3\n",
        "parameters: {}\n",
        "parameters: []\n",
        "parameters: {frames: 3}\n",
        "parameters: {frames: [~]}\n",
        "parameters: {frames: [.nan]}\n",
        "parameters: {frames: [[]]}\n",
        "parameters: {'': [1]}\n",
        "parameters: {a..b: [1]}\n",
        "parameters: {x: [{}]}\n",
        "parameters: {x: [{frames: 1}, 2]}\n",
        "parameters: {frames: {from: 1}}\n",
        "parameters: {frames: {from: nan, to: 3, scale: linear, points: 2}}\n",
        "parameters: {frames: {from: 1, to: 3, scale: cubic, points: 2}}\n",
        "parameters: {frames: {from: 1, to: 3, scale: linear, points: 2, step: 1}}\n",
        "parameters: {frames: {from: 1, to: 3, scale: linear, step: 0}}\n",
        "parameters: {frames: {from: 0, to: 3, scale: log, points: 3}}\n",
        "parameters: {frames: {from: 1, to: 3, scale: linear, points: 9}}\n",
        "parameters: {frames: {from: [1], to: {a: 3}, scale: linear, points: 9}}\n",
        "parameters: {frames: {from: 5, to: 7, scale: power_of_two}}\n",
        "parameters: {frames: [1]}\nconstraints: 3\n",
        "parameters: {frames: [1]}\nconstraints: [[1]]\n",
        "parameters: {frames: [1]}\nstrategy: nsga2\n",
        "parameters: {frames: [1]}\nstrategy: []\n",
        "parameters: {frames: [1]}\nstrategy: {kind: randm, points: 3}\n",
        "parameters: {frames: [1]}\nstrategy: {kind: nsga2, population: 10, generations: 1}\n",
        "parameters: {frames: [1]}\nbudget: {}\n",
        "parameters: {frames: [1]}\nbudget: 3\n",
        "parameters: {frames: [1]}\nset: [1]\n",
        "parameters: {frames: [1]}\nname: a/b\n"}) {
    BOOST_TEST(!faults_of(kHead + text).empty(), text);
  }
  for (const char* objectives :
       {"", "objectives: []\n", "objectives: 3\n", "objectives: [3]\n", "objectives: [{}]\n",
        "objectives: [{minimise: 3}]\n", "objectives: [{minimise: a, maximise: b}]\n",
        "objectives: [{minimise: a},{minimise: b},{minimise: c},{minimise: "
        "d},{minimise: e}]\n",
        "objectives: [{minimise: a, nmae: b}]\n"}) {
    BOOST_TEST(
        !faults_of(std::string("experiment: two_stream_sample\nparameters: {frames: [1]}\n") +
                   objectives)
             .empty(),
        objectives);
  }
  BOOST_CHECK_THROW(load_sweep(folder() / "nothing.yaml", {}), IoError);
}

BOOST_AUTO_TEST_SUITE_END()
