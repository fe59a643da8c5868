#include "energy/sram_fit.h"

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

/// A run in logarithms.
struct Sample {
  double capacity, width, figure;
};

std::vector<Sample> samples_of(const std::vector<const SramSweep*>& sweeps, std::size_t quantity) {
  std::vector<Sample> samples;
  for (const SramSweep* sweep : sweeps) {
    for (const SramPoint& point : sweep->points) {
      samples.push_back({std::log(static_cast<double>(point.capacity.value())),
                         std::log(static_cast<double>(sweep->width.value())),
                         std::log(point.figures[quantity])});
    }
  }
  return samples;
}

struct Means {
  double capacity = 0, width = 0, figure = 0;
};

Means means_of(const std::vector<Sample>& samples) {
  Means sum;
  for (const Sample& sample : samples) {
    sum.capacity += sample.capacity;
    sum.width += sample.width;
    sum.figure += sample.figure;
  }
  const auto n = static_cast<double>(samples.size());
  return {sum.capacity / n, sum.width / n, sum.figure / n};
}

/// Solves the normal equations of figure = a capacity + b width about the means.
void fit_exponents(const std::vector<Sample>& samples, const Means& mean, SramFit& fit) {
  double cc = 0, cw = 0, ww = 0, cf = 0, wf = 0;
  for (const Sample& sample : samples) {
    const double c = sample.capacity - mean.capacity;
    const double w = sample.width - mean.width;
    const double f = sample.figure - mean.figure;
    cc += c * c, cw += c * w, ww += w * w, cf += c * f, wf += w * f;
  }
  const double determinant = cc * ww - cw * cw;
  if (ww > 1e-9 && determinant > 1e-9 * cc * ww) {
    fit.capacity_exponent = (cf * ww - wf * cw) / determinant;
    fit.width_exponent = (wf * cc - cf * cw) / determinant;
  } else {
    fit.capacity_exponent = cc > 0 ? cf / cc : 1;
  }
}

/// Gathers relative errors.
class Residual {
 public:
  void add(double log_error) {
    const double error = std::abs(std::expm1(log_error));
    squares_ += error * error;
    worst_ = std::max(worst_, error);
    ++count_;
  }
  double rms() const { return count_ > 0 ? std::sqrt(squares_ / count_) : 0; }
  double worst() const { return worst_; }

 private:
  double squares_ = 0, worst_ = 0;
  int count_ = 0;
};

void measure_fit(const std::vector<Sample>& samples, SramFit& fit) {
  Residual residual;
  for (const Sample& sample : samples) {
    residual.add(std::log(fit.factor) + fit.capacity_exponent * sample.capacity +
                 fit.width_exponent.value_or(0) * sample.width - sample.figure);
  }
  fit.rms = residual.rms();
  fit.worst = residual.worst();
}

/// The inner points of every sweep, each from its neighbours alone.
void measure_interpolation(const std::vector<const SramSweep*>& sweeps, std::size_t quantity,
                           SramFit& fit) {
  Residual residual;
  for (const SramSweep* sweep : sweeps) {
    const std::vector<Sample> samples = samples_of({sweep}, quantity);
    for (std::size_t i = 1; i + 1 < samples.size(); ++i) {
      const Sample& low = samples[i - 1];
      const Sample& high = samples[i + 1];
      const double t = (samples[i].capacity - low.capacity) / (high.capacity - low.capacity);
      residual.add(std::lerp(low.figure, high.figure, t) - samples[i].figure);
    }
  }
  fit.left_out_rms = residual.rms();
  fit.left_out_worst = residual.worst();
}

}  // namespace

std::vector<SramFit> fit_sweeps(const std::vector<const SramSweep*>& sweeps) {
  std::vector<SramFit> fits;
  for (std::size_t q = 0; q < kSramQuantities; ++q) {
    SramFit& fit = fits.emplace_back();
    fit.node_nm = sweeps.front()->node_nm;
    fit.cell = sweeps.front()->cell;
    fit.quantity = static_cast<SramQuantity>(q);
    const std::vector<Sample> samples = samples_of(sweeps, q);
    const Means mean = means_of(samples);
    fit.points = samples.size();
    fit_exponents(samples, mean, fit);
    fit.factor = std::exp(mean.figure - fit.capacity_exponent * mean.capacity -
                          fit.width_exponent.value_or(0) * mean.width);
    measure_fit(samples, fit);
    measure_interpolation(sweeps, q, fit);
  }
  return fits;
}

}  // namespace deltasim
