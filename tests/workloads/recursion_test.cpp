// Y[t] = Y[t-1] + W*dX[t] is Y[t] = W*X[t] + B, on small networks with every kind of operation.

#include <boost/test/unit_test.hpp>

#include "tests/workloads/execution_support.h"
#include "workloads/execution/recursion.h"

namespace deltasim {
namespace {

BOOST_AUTO_TEST_SUITE(recursion_test)

RecursionReport verify(const QuantizerSpec& spec, Precision precision, const Backend& backend,
                       unsigned seed) {
  std::mt19937 random(seed);
  const Graph graph = test::graph_with_everything();
  const Weights weights = test::random_weights(graph, random);
  const auto maps = recorded_maps(graph, {});
  const auto frames =
      test::random_frames(5, static_cast<std::size_t>(maps[0].shape.elements()), random);
  Calibration calibration;
  for (const RecordedMap& map : maps) calibration.max_abs[map.name] = 8;
  return verify_recursion(
      graph, weights, maps, [&] { return make_site_quantizers(spec, graph, maps, calibration); },
      backend, std::make_shared<Workers>(2), precision, frames);
}

const char* const kSpecs[] = {"fixed_point:8", "step:0.25", "step:0.01", "sigma_delta:6"};

BOOST_AUTO_TEST_CASE(integers_are_exact) {
  for (const auto& backend : {make_eigen_backend(), make_onednn_backend()})
    for (const char* spec : kSpecs) {
      const RecursionReport report =
          verify(parse_quantizer(spec), Precision::kInteger8, *backend, 1);
      int integer = 0;
      for (const RecursionEntry& entry : report.entries) {
        integer += entry.integer;
        BOOST_TEST(entry.holds, backend->name() << ' ' << spec << ' ' << entry.name << " frame "
                                                << entry.frame << " error " << entry.max_error
                                                << " of " << entry.max_magnitude);
      }
      BOOST_TEST(integer >= 5 * 7, spec << ": only " << integer << " integer comparisons");
    }
}

BOOST_AUTO_TEST_CASE(floats_are_within_tolerance) {
  for (const auto& backend : {make_eigen_backend(), make_onednn_backend()})
    for (const char* spec :
         {"none", "fixed_point:8", "step:0.25", "threshold:0.1", "sigma_delta:6"}) {
      const RecursionReport report =
          verify(parse_quantizer(spec), Precision::kFloat32, *backend, 2);
      for (const RecursionEntry& entry : report.entries)
        BOOST_TEST(entry.holds, spec << ' ' << entry.name << " frame " << entry.frame << " error "
                                     << entry.max_error << " of " << entry.max_magnitude);
      // 13 operations keep a state: 11 layers, less one operand of a join, a sum and two pools.
      BOOST_TEST(report.entries.size() == 5U * 13U);
      BOOST_TEST(report.worst()->max_error > 0);
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_state_is_found) {
  std::mt19937 random(3);
  const Graph graph = test::graph_with_everything();
  const Weights weights = test::random_weights(graph, random);
  const auto maps = recorded_maps(graph, {});
  const auto frames =
      test::random_frames(3, static_cast<std::size_t>(maps[0].shape.elements()), random);
  int made = 0;
  // The second network quantizes coarser than the first: its X, and so its Y, must differ.
  const RecursionReport report = verify_recursion(
      graph, weights, maps,
      [&] {
        return make_site_quantizers(parse_quantizer(made++ == 0 ? "step:0.25" : "step:0.5"), graph,
                                    maps, {});
      },
      *make_onednn_backend(), std::make_shared<Workers>(1), Precision::kInteger8, frames);
  BOOST_TEST(!report.holds());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
