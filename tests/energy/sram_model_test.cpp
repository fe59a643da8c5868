#include "energy/sram_model.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "arch/errors.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(sram_model_test)

using namespace deltasim;
using boost::test_tools::tolerance;

const SramModel& cacti() {
  static const SramModel model =
      read_sram_model(test::source_directory() / "configs" / "sram" / "cacti7.yaml");
  return model;
}

constexpr Bytes kib(std::int64_t n) { return Bytes(n * 1024); }

double read_energy(Bytes capacity, Bits width, const SramTechnology& technology = {},
                   bool extrapolation = false) {
  return cacti().at({capacity, width, 1}, technology, extrapolation).read.value();
}

BOOST_AUTO_TEST_CASE(a_swept_point_is_its_own) {
  // The entry of Accelergy's published DSTC table, which the sweep reproduces.
  const SramEstimate glb = cacti().at({kib(64), Bits(64), 1}, {}, false);
  BOOST_TEST(glb.read.value() == 25.8695);
  BOOST_TEST(glb.write.value() == 19.6486);
  BOOST_TEST(glb.leakage.value() == 1.67e-6, tolerance(1e-12));
  BOOST_TEST(glb.area.value() == 0.209046, tolerance(1e-12));
  BOOST_TEST(glb.access_time.value() == 1.6634e-9, tolerance(1e-12));
  BOOST_TEST(glb.cycle_time.value() == 1.6509e-9, tolerance(1e-12));
  BOOST_TEST(glb.how == "45 nm itrs-lstp, a swept point");
  BOOST_TEST(glb.voltage.value() == 1.1);
  BOOST_TEST((!glb.extrapolated && !glb.scaled));

  BOOST_TEST(read_energy(kib(4096), Bits(256), {45, "itrs-hp", {}}) == 378.199);
  BOOST_TEST(read_energy(kib(1), Bits(64), {22, "itrs-lstp", {}}) == 0.3802);
  std::size_t points = 0;
  for (const SramSweep& sweep : cacti().sweeps()) points += sweep.points.size();
  BOOST_TEST(points == 141);
}

BOOST_AUTO_TEST_CASE(between_points_on_straight_lines_in_log_log) {
  // 6 KiB, 64 bit: between 3.3855 pJ at 4 KiB and 6.137 pJ at 8 KiB.
  const double t = std::log(1.5) / std::log(2.0);
  const double at_6_64 = 3.3855 * std::pow(6.137 / 3.3855, t);
  BOOST_TEST(read_energy(kib(6), Bits(64)) == at_6_64, tolerance(1e-12));
  // 96 bit: then between 64 and 128 bits.
  const double at_6_128 = 4.4268 * std::pow(read_energy(kib(8), Bits(128)) / 4.4268, t);
  BOOST_TEST(read_energy(kib(6), Bits(96)) == at_6_64 * std::pow(at_6_128 / at_6_64, t),
             tolerance(1e-12));
  BOOST_TEST(cacti().at({kib(6), Bits(96), 1}, {}, false).how ==
             "45 nm itrs-lstp, interpolated in log-log between swept points");
}

/// 32 nm was swept at 64 bits only.
BOOST_AUTO_TEST_CASE(the_effect_of_the_width_comes_from_45_nm) {
  const SramTechnology at_32{32, "itrs-lstp", {}};
  const double ratio = read_energy(kib(64), Bits(128)) / read_energy(kib(64), Bits(64));
  BOOST_TEST(read_energy(kib(64), Bits(128), at_32) == 12.8735 * ratio, tolerance(1e-12));
  BOOST_TEST(cacti().at({kib(64), Bits(128), 1}, at_32, false).how ==
             "32 nm itrs-lstp, interpolated in log-log between swept points; effect of the width "
             "from 45 nm");
}

BOOST_AUTO_TEST_CASE(banks_share_the_capacity) {
  const SramEstimate one = cacti().at({kib(64), Bits(128), 1}, {}, false);
  const SramEstimate sixteen = cacti().at({kib(1024), Bits(128), 16}, {}, false);
  BOOST_TEST(sixteen.read == one.read);
  BOOST_TEST(sixteen.write == one.write);
  BOOST_TEST(sixteen.leakage.value() == 16 * one.leakage.value(), tolerance(1e-12));
  BOOST_TEST(sixteen.area.value() == 16 * one.area.value(), tolerance(1e-12));
  BOOST_TEST(sixteen.cycle_time == one.cycle_time);
}

BOOST_AUTO_TEST_CASE(more_capacity_costs_more) {
  const bool held = rc::check("energy, leakage and area rise with the capacity", [] {
    const auto a = *rc::gen::inRange<std::int64_t>(2048, 4 << 20);
    const auto b = *rc::gen::inRange<std::int64_t>(2048, 4 << 20);
    const Bits width(*rc::gen::inRange<std::int64_t>(32, 257));
    const double node = *rc::gen::element(65.0, 45.0, 32.0, 22.0);
    const SramTechnology technology{node, "itrs-lstp", {}};
    const SramEstimate small = cacti().at({Bytes(std::min(a, b)), width, 1}, technology, false);
    const SramEstimate large = cacti().at({Bytes(std::max(a, b)), width, 1}, technology, false);
    RC_ASSERT(small.leakage <= large.leakage);
    RC_ASSERT(small.area <= large.area);
    if (node != 45) return;  // elsewhere the width's ratio may fall faster than the energy rises
    RC_ASSERT(small.read <= large.read);
    RC_ASSERT(small.write <= large.write);
  });
  BOOST_TEST(held);
}

/// Figures that are a power law: the fit finds it, and nothing is left.
std::string power_law(double capacity_exponent, double width_exponent) {
  std::string text = "name: law\nsource: made up\nsweeps:\n";
  for (const int width : {32, 128}) {
    text +=
        fmt::format("  - {{node: 45 nm, cell: c, voltage: 1 V, width: {} bit, points: [", width);
    for (const int capacity : {1024, 4096, 65536}) {
      const double figure =
          1e-3 * std::pow(capacity, capacity_exponent) * std::pow(width, width_exponent);
      text +=
          fmt::format("[{0} B, {1:.15g} pJ, {1:.15g} pJ, {1:.15g} W, {1:.15g} mm2, 1 ns, 1 ns],",
                      capacity, figure);
    }
    text += "]}\n";
  }
  return text;
}

BOOST_AUTO_TEST_CASE(the_fit_finds_a_power_law) {
  const SramModel model = parse_sram_model(power_law(0.7, 0.4), "law.yaml");
  const SramFit& fit = model.fits().front();
  BOOST_TEST(fit.capacity_exponent == 0.7, tolerance(1e-9));
  BOOST_TEST(fit.width_exponent.value() == 0.4, tolerance(1e-9));
  BOOST_TEST(fit.factor == 1e-3, tolerance(1e-9));
  BOOST_TEST((fit.rms < 1e-9 && fit.worst < 1e-9 && fit.left_out_worst < 1e-9));
  // Then extrapolation is exact too, in both directions.
  const double beyond = model.at({Bytes(1 << 20), Bits(512), 1}, {45, "c", {}}, true).read.value();
  BOOST_TEST(beyond == 1e-3 * std::pow(1 << 20, 0.7) * std::pow(512, 0.4), tolerance(1e-9));
  const double below = model.at({Bytes(64), Bits(8), 1}, {45, "c", {}}, true).read.value();
  BOOST_TEST(below == 1e-3 * std::pow(64, 0.7) * std::pow(8, 0.4), tolerance(1e-9));
}

const SramFit& fit_of(double node, std::string_view cell, SramQuantity quantity) {
  for (const SramFit& fit : cacti().fits()) {
    if (fit.node_nm == node && fit.cell == cell && fit.quantity == quantity) return fit;
  }
  throw InternalError("no such fit");
}

/// Worked out by another program from the same table.
BOOST_AUTO_TEST_CASE(the_residual_of_the_fit) {
  const SramFit& read = fit_of(45, "itrs-lstp", SramQuantity::kReadEnergy);
  BOOST_TEST(read.points == 51u);
  BOOST_TEST(std::abs(read.capacity_exponent - 0.566) < 5e-4);
  BOOST_TEST(std::abs(read.width_exponent.value() - 0.546) < 5e-4);
  BOOST_TEST(std::abs(read.rms - 0.179) < 5e-4);
  BOOST_TEST(std::abs(read.worst - 0.466) < 5e-4);
  BOOST_TEST((read.left_out_rms > 0.095 && read.left_out_rms < 0.123));
  BOOST_TEST(std::abs(read.left_out_worst - 0.238) < 5e-4);
  const SramFit& leakage = fit_of(22, "itrs-lstp", SramQuantity::kLeakage);
  BOOST_TEST(!leakage.width_exponent);
  BOOST_TEST(std::abs(leakage.capacity_exponent - 0.911) < 5e-4);
  BOOST_TEST(std::abs(leakage.worst - 0.124) < 5e-4);
  BOOST_TEST(describe(cacti()).find("45 nm itrs-lstp   read energy        51   0.566   0.546") !=
             std::string::npos);
}

std::string fault_of(const SramMemory& memory, const SramTechnology& technology,
                     bool extrapolation = false) {
  try {
    cacti().at(memory, technology, extrapolation);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(outside_the_sweep) {
  const std::string range = "1 KiB to 4 MiB a bank and 32 bit to 256 bit";
  const std::vector<SramMemory> outside = {{kib(8192), Bits(64), 1},
                                           {Bytes(1023), Bits(64), 1},
                                           {kib(64), Bits(16), 1},
                                           {kib(64), Bits(512), 1},
                                           {kib(64), Bits(64), 128}};
  for (const SramMemory& memory : outside) {
    BOOST_TEST_CONTEXT(print(memory.capacity) << ", " << print(memory.width)) {
      const std::string fault = fault_of(memory, {});
      BOOST_TEST(contains(fault, "extrapolation: true"));
      if (memory.width == Bits(64)) BOOST_TEST(contains(fault, "4 MiB a bank"));
      const SramEstimate estimate = cacti().at(memory, {}, true);
      BOOST_TEST(estimate.extrapolated);
      BOOST_TEST(contains(estimate.how, "extrapolated beyond the sweep"));
    }
  }
  // 256 bits were swept from 2 KiB on only.
  BOOST_TEST(contains(fault_of({kib(1), Bits(256), 1}, {}), "extrapolation: true"));
  BOOST_TEST(fault_of({kib(2), Bits(256), 1}, {}).empty());
  // From the last point on, with the slope of the fit.
  const SramFit& fit = fit_of(45, "itrs-lstp", SramQuantity::kReadEnergy);
  BOOST_TEST(
      read_energy(kib(8192), Bits(64), {}, true) == 188.734 * std::pow(2, fit.capacity_exponent),
      tolerance(1e-9));
  BOOST_TEST(fault_of({kib(16384), Bits(64), 4}, {}).empty());
}

/// CACTI itself gives 1.96991 pJ for a read of 1024 x 16 bits (Accelergy's published DSTC table).
BOOST_AUTO_TEST_CASE(extrapolation_to_16_bits_against_cacti) {
  const double ours = read_energy(kib(2), Bits(16), {}, true);
  BOOST_TEST(std::abs(ours / 1.96991 - 1) < 0.25);
}

BOOST_AUTO_TEST_CASE(other_nodes_are_scaled_and_say_so) {
  const SramTechnology at_16{16, "itrs-lstp", Volts(0.8)};
  const SramEstimate there = cacti().at({kib(64), Bits(64), 1}, at_16, false);
  const auto energy = [](double a, double b, double c, double v) { return (a * v + b) * v + c; };
  // 22 nm lies between 32 and 20 nm; see the test of the scaling.
  const double t = std::log(32.0 / 22) / std::log(32.0 / 20);
  const double e32 = energy(0.9559, -0.7823, 0.471, 0.8);
  const double e20 = energy(0.373, -0.1582, 0.04104, 0.8);
  const double scale = energy(0.2958, -0.1241, 0.03024, 0.8) / (e32 * std::pow(e20 / e32, t));
  BOOST_TEST(there.read.value() == 5.6696 * scale, tolerance(1e-9));
  BOOST_TEST(there.leakage.value() == 9.77e-6, tolerance(1e-9));
  BOOST_TEST((there.scaled && there.area.value() < 0.058601));
  BOOST_TEST(contains(there.how, "scaled from 22 nm, 0.8 V to 16 nm, 0.8 V by Stillmaker & Baas"));
  BOOST_TEST(contains(there.how, "leakage and times are not"));

  BOOST_TEST(
      contains(fault_of({kib(64), Bits(64), 1}, {16, "itrs-lstp", {}}), "a voltage beside 16 nm"));
  BOOST_TEST(contains(fault_of({kib(64), Bits(64), 1}, {5, "itrs-lstp", Volts(0.8)}),
                      "a node from 7 to 130 nm"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(
      contains(fault_of({kib(64), Bits(64), 1}, {45, "itrs-lstp", Volts(nan)}), "a voltage"));
  BOOST_TEST(contains(fault_of({kib(64), Bits(64), 1}, {nan, "itrs-lstp", {}}), "a node"));
  BOOST_TEST(
      contains(fault_of({kib(64), Bits(64), 1}, {45, "itrs-lop", {}}), "itrs-lstp, itrs-hp"));
  BOOST_TEST(contains(fault_of({kib(64), Bits(64), 0}, {}), "banks above zero"));
}

std::string faults_of(const std::string& points, const std::string& rest = "") {
  const std::string text =
      "name: n\nsource: s\nsweeps:\n  - {node: 45 nm, cell: c, voltage: 1 V, width: 32 bit, "
      "points: [" +
      points + "]}\n" + rest;
  try {
    parse_sram_model(text, "bad.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

BOOST_AUTO_TEST_CASE(bad_sweeps_are_refused_with_their_place) {
  const std::string good = "[1 KiB, 1 pJ, 1 pJ, 1 nW, 1 um2, 1 ns, 1 ns]";
  BOOST_TEST(faults_of(good) == "");
  BOOST_TEST(contains(faults_of("[1 KiB, -1 pJ, 1 pJ, 1 nW, 1 um2, 1 ns, 1 ns]"),
                      "bad.yaml:4: sweeps[0].points[0][1]"));
  BOOST_TEST(
      contains(faults_of("[1 KiB, 0 pJ, 1 pJ, 1 nW, 1 um2, 1 ns, 1 ns]"), "an energy of at least"));
  BOOST_TEST(contains(faults_of("[1 KiB, nan pJ, 1 pJ, 1 nW, 1 um2, 1 ns, 1 ns]"), "an energy"));
  BOOST_TEST(contains(faults_of("[1 KiB, 1 pJ, 1 pJ, 1 nW, 1 um2, 1 ns]"), "cycle time]"));
  BOOST_TEST(contains(faults_of(good + ", " + good), "more than the 1 KiB before it"));
  BOOST_TEST(contains(faults_of(""), "1 to 1000 rows"));
  const std::string twice =
      "  - {node: 45 nm, cell: c, voltage: 2 V, width: 32 bit, points: [" + good + "]}\n";
  BOOST_TEST(contains(faults_of(good, twice), "a width that was not swept before"));
  BOOST_TEST(contains(faults_of(good, twice), "1 V, as in the other sweeps"));
  BOOST_TEST(
      contains(faults_of(good, "  - {node: 45, cell: c}\n"), "a feature size such as 45 nm"));
  BOOST_TEST(contains(faults_of(good, "sweps: 1\n"), "unknown key"));
}

BOOST_AUTO_TEST_SUITE_END()
