#include "sim/pipeline/dram_figures.h"

#include "energy/dram_power.h"

namespace deltasim {
namespace {

std::int64_t count(const Activity& activity, Action action) {
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < kDataKinds; ++k) {
    sum += activity.at(Component::kDram, action, static_cast<DataKind>(k));
  }
  return sum;
}

EnergyParts terms_of_currents(const Activity& activity, const dram::DramPart& part) {
  const dram::DramPower power(part);
  const dram::PowerTerms energy = power.energy(power.counts(activity));
  EnergyParts terms;
  for (std::size_t t = 0; t < dram::kPowerTerms; ++t) {
    const auto term = static_cast<dram::PowerTerm>(t);
    terms.emplace_back(to_string(term), energy.at(term).value());
  }
  return terms;
}

EnergyParts terms_of_table(const Activity& activity, const EnergyPrices& prices) {
  EnergyParts terms;
  for (const Action action : dram::kDramActions) {
    Picojoules energy;
    for (std::size_t k = 0; k < kDataKinds; ++k) {
      const auto kind = static_cast<DataKind>(k);
      const std::int64_t units = activity.at(Component::kDram, action, kind);
      if (units != 0) energy += prices.at(Component::kDram, action, kind).energy() * units;
    }
    terms.emplace_back(to_string(action), energy.value());
  }
  return terms;
}

std::string_view to_string(dram::InterfaceModel model) {
  switch (model) {
    case dram::InterfaceModel::kNotStated:
      return "not_stated";
    case dram::InterfaceModel::kVddqCurrents:
      return "vddq_currents";
    case dram::InterfaceModel::kPerBit:
      return "per_bit";
    case dram::InterfaceModel::kLines:
      return "lines";
  }
  return "not_stated";
}

/// Refreshes, of ranks and of banks, among all of the DRAM's energy.
double refresh_share(const EnergyParts& terms) {
  double all = 0;
  double refresh = 0;
  for (const auto& [name, picojoules] : terms) {
    all += picojoules;
    if (name == "refresh" || name == "refresh_bank") refresh += picojoules;
  }
  return all > 0 ? refresh / all : 0;
}

}  // namespace

DramFigures dram_figures(const Figures& figures, const DramSpec& spec, const dram::DramPart& part,
                         const EnergyPrices& prices) {
  const DramEnergyModel model = prices.table().dram;
  const bool currents = model == DramEnergyModel::kCurrents;
  DramFigures dram{
      .model = std::string(deltasim::to_string(model)),
      .part = part.name,
      .interface = currents ? std::string(to_string(part.power->interface.model)) : "in the table",
      .terms = currents ? terms_of_currents(figures.activity, part)
                        : terms_of_table(figures.activity, prices)};
  dram.refresh_energy_share = refresh_share(dram.terms);
  dram.refresh_time_share =
      dram::refresh_busy_fraction(part, count(figures.activity, Action::kRefresh),
                                  count(figures.activity, Action::kRefreshBank),
                                  spec.ranks * spec.channels, Seconds(figures.time_s));
  return dram;
}

}  // namespace deltasim
