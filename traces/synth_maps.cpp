#include "traces/synth_maps.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "arch/errors.h"
#include "arch/random_bits.h"

namespace deltasim {
namespace {

// ---- How elements change ----------------------------------------------------------------------

/// Of the changes this share lets a zero become active; as many active elements become zero, the
/// rest stay active. Recorded ResNet-50 traces have 8 to 42 %.
constexpr double kBirthShare = 0.25;

[[noreturn]] void refuse(const std::string& map, const std::string& what) {
  throw ConfigError("synthetic trace", fmt::format("map {}: {}", map, what));
}

void check_share(const std::string& map, const char* name, double share) {
  if (!(share >= 0 && share <= 1)) {
    refuse(map, fmt::format("{} is {}, but must lie between 0 and 1", name, share));
  }
}

/// Zeroes the bits beyond the map's end.
void trim(Bitmap& map) {
  if (map.size() % 64 != 0) map.words().back() &= (std::uint64_t{1} << (map.size() % 64)) - 1;
}

/// Takes exactly `wanted` of `offered` candidates, all choices equally likely (Knuth, The Art of
/// Computer Programming, vol. 2, algorithm 3.4.2 S).
class Selection {
 public:
  Selection(std::int64_t wanted, std::int64_t offered) : wanted_(wanted), offered_(offered) {}
  bool take(RandomWords& random) {
    const bool taken =
        random.uniform() * static_cast<double>(offered_) < static_cast<double>(wanted_);
    --offered_;
    wanted_ -= taken ? 1 : 0;
    return taken;
  }

 private:
  std::int64_t wanted_;
  std::int64_t offered_;
};

std::int64_t rounded(double share, std::size_t elements) {
  return std::llround(share * static_cast<double>(elements));
}

}  // namespace

ChangeRates change_rates(const std::string& map, const MapDensity& density, double region) {
  const double active = density.active;
  const double delta = density.delta;
  check_share(map, "the density of active elements", active);
  check_share(map, "the density of changed elements", delta);
  if (delta == 0) return {};
  // Births b per element: as many deaths, so delta = 2 b + those that stay active.
  const double fewest = std::max(0.0, delta - active * region);
  const double most = std::min(delta / 2, (1 - active) * region);
  if (fewest > most + 1e-12) {
    refuse(map, fmt::format("{:.4g} of the elements cannot change where {:.4g} are active and "
                            "{:.4g} of the pixels may change: at most {:.4g} can",
                            delta, active, region, std::min(2 * active, 1.0) * region));
  }
  const double births = std::clamp(kBirthShare * delta, fewest, std::max(fewest, most));
  return {active < 1 ? births / ((1 - active) * region) : 0, (delta - births) / (active * region),
          births / (delta - births)};
}

// ---- In expectation ---------------------------------------------------------------------------

Bitmap elements_of_pixels(const Shape& shape, const std::vector<std::uint8_t>& pixels) {
  Bitmap bits(static_cast<std::size_t>(shape.elements()));
  const auto channels = static_cast<std::size_t>(shape.channels);
  for (std::size_t pixel = 0; pixel < pixels.size(); ++pixel) {
    if (pixels[pixel] == 0) continue;
    for (std::size_t bit = pixel * channels; bit < (pixel + 1) * channels;) {
      const std::size_t shift = bit % 64;
      const std::size_t step = std::min(64 - shift, (pixel + 1) * channels - bit);
      bits.words()[bit / 64] |= (~std::uint64_t{0} >> (64 - step)) << shift;
      bit += step;
    }
  }
  return bits;
}

void draw_first(SynthMap& map) {
  const BernoulliWord active(map.density.active);
  for (std::size_t w = 0; w < map.active.words().size(); ++w) {
    RandomWords random(random_key(map.key, 0, w));
    map.active.words()[w] = active.draw(random);
  }
  trim(map.active);
}

Bitmap draw_changes(SynthMap& map, std::int64_t frame, const Bitmap* region) {
  const BernoulliWord zero_changes(map.rates.zero_changes);
  const BernoulliWord active_changes(map.rates.active_changes);
  const BernoulliWord active_dies(map.rates.active_dies);
  Bitmap delta(map.active.size());
  for (std::size_t w = 0; w < map.active.words().size(); ++w) {
    const std::uint64_t allowed = region == nullptr ? ~std::uint64_t{0} : region->words()[w];
    if (allowed == 0) continue;
    RandomWords random(random_key(map.key, frame, w));
    const std::uint64_t was = map.active.words()[w];
    const std::uint64_t births = ~was & zero_changes.draw(random) & allowed;
    const std::uint64_t changes = was & active_changes.draw(random) & allowed;
    const std::uint64_t deaths = changes & active_dies.draw(random);
    delta.words()[w] = births | changes;
    map.active.words()[w] = (was | births) & ~deaths;
  }
  trim(delta);
  trim(map.active);
  return delta;
}

// ---- Exactly --------------------------------------------------------------------------------

void select_first(SynthMap& map) {
  const std::size_t elements = map.active.size();
  Selection active(rounded(map.density.active, elements), static_cast<std::int64_t>(elements));
  RandomWords random(random_key(map.key, 0));
  for (std::size_t i = 0; i < elements; ++i) {
    if (active.take(random)) map.active.set(i);
  }
}

Bitmap select_changes(SynthMap& map, std::int64_t frame) {
  const std::size_t elements = map.active.size();
  const auto ones = static_cast<std::int64_t>(map.active.count());
  const std::int64_t zeros = static_cast<std::int64_t>(elements) - ones;
  const std::int64_t changes =
      std::min(rounded(map.density.delta, elements), ones + std::min(zeros, ones));
  const double birth_rate = map.rates.zero_changes * (1 - map.density.active);
  const std::int64_t births =
      std::clamp(rounded(birth_rate, elements), std::max<std::int64_t>(0, changes - ones),
                 std::max(std::max<std::int64_t>(0, changes - ones), std::min(zeros, changes / 2)));
  Selection born(births, zeros);
  Selection changed(changes - births, ones);
  Selection dead(std::min(births, changes - births), changes - births);
  Bitmap delta(elements);
  RandomWords random(random_key(map.key, frame));
  Bitmap now = map.active;
  for (std::size_t i = 0; i < elements; ++i) {
    const bool was = map.active.test(i);
    if (!(was ? changed.take(random) : born.take(random))) continue;
    delta.set(i);
    if (!was) {
      now.set(i);
    } else if (dead.take(random)) {
      now.words()[i / 64] &= ~(std::uint64_t{1} << (i % 64));
    }
  }
  map.active = std::move(now);
  return delta;
}

}  // namespace deltasim
