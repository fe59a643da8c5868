#include "energy/feature_size.h"

#include <charconv>
#include <string>

namespace deltasim {

double read_feature_size(const ConfigNode& node, std::string_view key) {
  const std::string text = node.required<std::string>(key);
  double nanometres = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, nanometres);
  const bool read = error == std::errc() && std::string_view(stop, end) == " nm";
  if (read && nanometres >= 1 && nanometres <= 1000) return nanometres;
  if (node.has(key) && node.any(key).is(ConfigTree::Kind::kScalar)) {
    node.reject(key, "a feature size such as 45 nm");
  }
  return 0;
}

}  // namespace deltasim
