// The published masks of the Eyeriss v2 PE (see the data's own README): imported, counted.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "tests/support/shared_data.h"
#include "traces/counts.h"
#include "traces/import.h"

BOOST_AUTO_TEST_SUITE(eyeriss_masks_test)

BOOST_AUTO_TEST_CASE(densities_are_those_of_the_table) {
  using namespace deltasim;
  const auto table = test::shared_data_or_skip("golden/eyerissv2_pe/layers.csv");
  if (!table) return;
  MaskImport import(*table, "");
  const double densities[] = {0.72809, 0.86414, 0.83289, 0.60767};
  FrameRecord record;
  std::size_t count = 0;
  while (import.next(record)) {
    const Bitmap& active = record.maps.at(0).active;
    const double density = static_cast<double>(active.count()) / static_cast<double>(active.size());
    BOOST_TEST(std::abs(density - densities[count]) < 1e-5);
    const StreamInfo& stream = import.header().streams[count];
    const Layer layer = layers_of(stream.graph, stream.maps).front();
    BOOST_TEST(count_work(layer, active).effectual_macs ==
               static_cast<std::int64_t>(active.count()) * layer.output.channels);
    ++count;
  }
  BOOST_TEST(count == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
