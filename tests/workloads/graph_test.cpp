#include "workloads/graph.h"

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"

BOOST_AUTO_TEST_SUITE(graph_test)

BOOST_AUTO_TEST_CASE(shape_prints_as_height_width_channels) {
  BOOST_TEST(deltasim::to_string(deltasim::Shape{112, 56, 64}) == "112x56x64");
}

BOOST_AUTO_TEST_SUITE_END()
