// Boost.Test's main(), once for all test executables.
#define BOOST_TEST_MODULE deltasim
#include <boost/test/unit_test.hpp>
