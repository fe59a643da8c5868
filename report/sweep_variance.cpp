// Which parameter explains how much of an objective's variance.

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <set>

#include "report/sweep_effects.h"

namespace deltasim {
namespace {

constexpr double kRounding = 1e-12;        ///< of a variance, relative to the mean's square
constexpr std::size_t kMostColumns = 250;  ///< of a fit: what is solved in a blink

/// Deviations from the mean, over the standard deviation; empty where all are the same.
std::vector<double> standardised(const SweepResult& sweep, const DesignTable& table,
                                 std::size_t objective) {
  std::vector<double> values;
  double largest = 0;
  for (const DonePoint& point : table.done) {
    values.push_back(sweep.points[point.index].objectives[objective]);
    largest = std::max(largest, std::abs(values.back()));
  }
  if (largest == 0) return {};
  const double count = static_cast<double>(values.size());
  double mean = 0, variance = 0;
  for (double& value : values) mean += (value /= largest) / count;
  for (double& value : values) value -= mean;
  for (const double value : values) variance += value * value / count;
  if (variance <= kRounding * mean * mean) return {};
  for (double& value : values) value /= std::sqrt(variance);
  return values;
}

/// Whether every combination of the tried levels is there once.
bool is_full_grid(const DesignTable& table) {
  std::size_t combinations = 1;
  for (const ParameterAxis& axis : table.axes) {
    combinations *= axis.tried.size();
    if (combinations > table.done.size()) return false;
  }
  std::set<std::vector<std::uint32_t>> distinct;
  for (const DonePoint& point : table.done) distinct.insert(point.levels);
  return combinations == table.done.size() && distinct.size() == combinations;
}

/// Variance of the means of the levels. On a full grid, where the whole has variance 1, this is
/// the first-order Sobol index.
double variance_of_means(const DesignTable& table, std::size_t axis,
                         const std::vector<double>& values) {
  std::vector<double> sums(table.axes[axis].levels.size()), counts(sums.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    sums[table.done[i].levels[axis]] += values[i];
    ++counts[table.done[i].levels[axis]];
  }
  double variance = 0;
  for (std::size_t l = 0; l < sums.size(); ++l) {
    if (counts[l] > 0) variance += sums[l] * sums[l] / counts[l];
  }
  return variance / static_cast<double>(values.size());
}

/// A sum of main effects, fitted by least squares: the normal equations have a column for the
/// constant and one for every level but the first of each parameter.
class MainEffectsFit {
 public:
  MainEffectsFit(const DesignTable& table, const std::vector<double>& values)
      : points_(static_cast<double>(values.size())) {
    first_column_.push_back(1);
    for (const ParameterAxis& axis : table.axes) {
      first_column_.push_back(first_column_.back() + static_cast<Index>(axis.tried.size()) - 1);
    }
    products_ = Eigen::MatrixXd::Zero(first_column_.back(), first_column_.back());
    right_ = Eigen::VectorXd::Zero(first_column_.back());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::vector<Index> ones = columns_of(table, table.done[i]);
      for (const Index a : ones) {
        right_[a] += values[i];
        for (const Index b : ones) products_(a, b) += 1;
      }
    }
    const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> solver(products_);
    inverse_ = solver.pseudoInverse();
    effects_ = inverse_ * right_;
    row_space_ = inverse_ * products_;
    const double left = std::max(0.0, points_ - right_.dot(effects_));
    residual_ = left / (points_ - static_cast<double>(solver.rank()));
  }

  /// Variance that no sum of main effects gives, estimated without bias.
  double residual() const { return residual_; }

  /// Whether the points tell this parameter's effects from those of the others.
  bool is_told_apart(std::size_t axis) const {
    const auto own = row_space_.block(first_column_[axis], 0, columns(axis), products_.cols());
    Eigen::MatrixXd unit = Eigen::MatrixXd::Zero(own.rows(), own.cols());
    for (Index c = 0; c < own.rows(); ++c) unit(c, first_column_[axis] + c) = 1;
    return (own - unit).cwiseAbs().sum() < kSolved * static_cast<double>(products_.cols());
  }

  /// Variance of a parameter's effects over its levels, less what the residual adds to it.
  double variance_of_effects(std::size_t axis) const {
    const Index own = columns(axis), first = first_column_[axis];
    if (own == 0) return 0;
    const auto levels = static_cast<double>(own + 1);  // the first has the effect 0
    const Eigen::VectorXd effects = effects_.segment(first, own);
    const Eigen::MatrixXd covariance = inverse_.block(first, first, own, own);
    const double mean = effects.sum() / levels;
    const double variance = effects.squaredNorm() / levels - mean * mean;
    const double chance = (covariance.trace() - covariance.sum() / levels) / levels;
    return std::max(0.0, variance - residual_ * chance);
  }

  /// Variance of the points that all parameters explain, and some of them alone do not.
  double explained_beyond(const std::vector<std::size_t>& axes) const {
    std::vector<Index> kept{0};
    for (const std::size_t axis : axes) {
      for (Index c = 0; c < columns(axis); ++c) kept.push_back(first_column_[axis] + c);
    }
    const Eigen::MatrixXd products = products_(kept, kept);
    const Eigen::VectorXd right = right_(kept);
    const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> solver(products);
    const Eigen::VectorXd effects = solver.solve(right);
    return std::max(0.0, (right_.dot(effects_) - right.dot(effects)) / points_);
  }

 private:
  using Index = Eigen::Index;
  static constexpr double kSolved = 1e-7;

  Index columns(std::size_t axis) const { return first_column_[axis + 1] - first_column_[axis]; }

  std::vector<Index> columns_of(const DesignTable& table, const DonePoint& point) const {
    std::vector<Index> ones{0};
    for (std::size_t a = 0; a < table.axes.size(); ++a) {
      const std::vector<std::size_t>& tried = table.axes[a].tried;
      const auto at = std::ranges::lower_bound(tried, point.levels[a]) - tried.begin();
      if (at > 0) ones.push_back(first_column_[a] + at - 1);
    }
    return ones;
  }

  double points_, residual_ = 0;
  std::vector<Index> first_column_;  ///< of each axis, and behind the last
  Eigen::MatrixXd products_, inverse_, row_space_;
  Eigen::VectorXd right_, effects_;
};

std::size_t columns_of_fit(const DesignTable& table) {
  std::size_t columns = 1;
  for (const ParameterAxis& axis : table.axes) columns += axis.tried.size() - 1;
  return columns;
}

void share_full_grid(VarianceShares& shares, const DesignTable& table,
                     const std::vector<double>& values) {
  shares.interactions = 1;
  for (std::size_t a = 0; a < table.axes.size(); ++a) {
    shares.parameters[a] = variance_of_means(table, a, values);
    shares.interactions -= shares.parameters[a];
  }
  shares.interactions = std::max(0.0, shares.interactions);
}

void share_fit(VarianceShares& shares, const DesignTable& table,
               const std::vector<double>& values) {
  const MainEffectsFit fit(table, values);
  std::vector<std::size_t> told_apart;
  double sum = fit.residual();
  for (std::size_t a = 0; a < table.axes.size(); ++a) {
    if (!fit.is_told_apart(a)) continue;
    told_apart.push_back(a);
    shares.parameters[a] = fit.variance_of_effects(a);
    sum += shares.parameters[a];
  }
  if (told_apart.size() < table.axes.size()) shares.confounded = fit.explained_beyond(told_apart);
  sum += shares.confounded;
  shares.interactions = fit.residual() / sum;
  shares.confounded /= sum;
  for (double& share : shares.parameters) share /= sum;
}

}  // namespace

VarianceShares variance_shares(const SweepResult& sweep, const DesignTable& table,
                               std::size_t objective) {
  VarianceShares shares;
  shares.parameters.assign(table.axes.size(), 0);
  if (table.done.size() < 2) {
    shares.missing = "fewer than two designs can be compared";
    return shares;
  }
  shares.full_grid = is_full_grid(table);
  const std::vector<double> values = standardised(sweep, table, objective);
  if (values.empty()) {
    shares.missing = "it is the same in all designs";
    return shares;
  }
  if (shares.full_grid) {
    share_full_grid(shares, table, values);
    return shares;
  }
  const std::size_t columns = columns_of_fit(table);
  if (columns > kMostColumns) {
    shares.missing = fmt::format(
        "the designs are not a full grid, and {} levels are too many for a fit", columns);
  } else if (values.size() < 2 * columns) {
    shares.missing = fmt::format(
        "the designs are not a full grid, and {} are too few to tell {} levels' effects apart",
        values.size(), columns);
  } else {
    share_fit(shares, table, values);
  }
  return shares;
}

}  // namespace deltasim
