#include "arch/activity.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(activity_test)

using namespace deltasim;

BOOST_AUTO_TEST_CASE(every_count_has_a_place_of_its_own) {
  Activity activity;
  std::int64_t next = 1;
  const auto for_each = [](auto visit) {
    for (std::size_t c = 0; c < kComponents; ++c) {
      for (std::size_t a = 0; a < kActions; ++a) {
        for (std::size_t k = 0; k < kDataKinds; ++k) {
          visit(static_cast<Component>(c), static_cast<Action>(a), static_cast<DataKind>(k));
        }
      }
    }
  };
  for_each([&](Component c, Action a, DataKind k) { activity.at(c, a, k) = next++; });
  Activity twice = activity;
  twice += activity;
  next = 1;
  for_each([&](Component c, Action a, DataKind k) {
    BOOST_TEST(activity.at(c, a, k) == next);
    BOOST_TEST(twice.at(c, a, k) == 2 * next++);
  });
}

template <typename Enum>
void check_names(std::size_t count) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < count; ++i) names.insert(to_string(static_cast<Enum>(i)));
  BOOST_TEST(names.size() == count);
  BOOST_TEST(!names.contains(""));
}

BOOST_AUTO_TEST_CASE(every_enumerator_has_its_own_name) {
  check_names<Component>(kComponents);
  check_names<Action>(kActions);
  check_names<DataKind>(kDataKinds);
  check_names<Stall>(kStalls);
  BOOST_TEST(to_string(Component::kRegisterFile) == "rf");
  BOOST_TEST(to_string(Action::kGatedMac) == "gated_mac");
  BOOST_TEST(to_string(DataKind::kPartialSum) == "partial_sum");
  BOOST_TEST(to_string(Stall::kUnmapped) == "unmapped");
}

BOOST_AUTO_TEST_SUITE_END()
