#include <map>
#include <set>
#include <utility>

#include "arch/config_reader.h"
#include "energy/feature_size.h"
#include "energy/memory_technology.h"

namespace deltasim {
namespace {

constexpr Seconds kShortest(1e-12);
/// Beyond these a figure is taken for a mistake, as in energy reference tables: 1 ms and 1 mJ an
/// access, three centuries, the power of a power plant, the writes of 10 GHz for as long.
constexpr Seconds kLongestAccess(1e-3), kLongestRetention(1e10);
constexpr Picojoules kLargestEnergy(1e9);
constexpr Watts kLargestPower(1e9);
constexpr double kMostWrites = 1e20;

class TechnologyReader {
 public:
  explicit TechnologyReader(const ConfigNode& root) : root_(root) {}

  MemoryTechnology read() {
    MemoryTechnology technology;
    technology.name = root_.required<std::string>("name");
    technology.description = root_.optional<std::string>("description", "");
    technology.node_nm = read_feature_size(root_, "node");
    if (root_.required<std::string>("voltage") != "not stated") {
      technology.voltage = root_.required<Volts>("voltage", between(Volts(0.1), Volts(100)));
    }
    for (const auto& [key, node] : root_.child("sources").entries()) {
      sources_[key] = node.as<std::string>();
    }
    const std::optional<AccessEnergy> way = read_interconnect();
    technology.read = read_energies("read", way);
    technology.write = read_energies("write", way);
    technology.times = read_times(root_.child("times"));
    technology.leakage = read_power(root_.child("leakage"));
    if (const auto node = root_.maybe_child("refresh")) technology.refresh = read_power(*node);
    read_limits(technology);
    return technology;
  }

 private:
  Evidence read_evidence(const ConfigNode& node) const {
    Evidence evidence;
    evidence.verified = node.required<bool>("verified");
    evidence.note = node.optional<std::string>("note", "");
    const std::string key = node.required<std::string>("source");
    if (const auto found = sources_.find(key); found != sources_.end()) {
      evidence.source = found->second;
    } else if (node.any("source").is(ConfigTree::Kind::kScalar)) {
      std::vector<std::string> keys;
      for (const auto& [name, citation] : sources_) keys.push_back(name);
      node.reject("source", "a key of sources", nearest_name(key, keys));
    }
    return evidence;
  }

  AccessEnergy read_energy(const ConfigNode& node) const {
    AccessEnergy access;
    access.energy = node.required<Picojoules>("energy", between(Picojoules(1e-9), kLargestEnergy));
    access.width = node.required<Bits>("width", between(Bits(1), Bits(65536)));
    access.bank = node.maybe<Bytes>("bank", at_least(Bytes(1)));
    access.evidence = read_evidence(node);
    return access;
  }

  std::optional<AccessEnergy> read_interconnect() const {
    const auto node = root_.maybe_child("interconnect");
    return node ? std::optional(read_energy(*node)) : std::nullopt;
  }

  /// The way between the bank and who uses it is part of what an access costs.
  std::vector<AccessEnergy> read_energies(std::string_view key,
                                          const std::optional<AccessEnergy>& way) const {
    std::vector<AccessEnergy> energies;
    for (const ConfigNode& node : root_.list(key)) {
      AccessEnergy access = read_energy(node);
      if (way) {
        access.energy += way->energy * (access.width / way->width);
        access.evidence.source += "; and the way to it: " + way->evidence.source;
        access.evidence.verified = access.evidence.verified && way->evidence.verified;
      }
      energies.push_back(std::move(access));
    }
    if (energies.empty()) root_.reject(key, "at least one energy");
    check_banks(key, energies);
    return energies;
  }

  /// Figures of several banks are interpolated, so that each needs a bank, and one of its own.
  void check_banks(std::string_view key, const std::vector<AccessEnergy>& energies) const {
    std::set<std::pair<std::optional<Bytes>, Bits>> seen;
    for (const AccessEnergy& access : energies) {
      if (energies.size() > 1 && !access.bank) {
        return root_.reject(key, "a bank in each of several energies, or one energy for any bank");
      }
      if (!seen.insert({access.bank, access.width}).second) {
        return root_.reject(key, "each bank of a width once");
      }
    }
  }

  AccessTimes read_times(const ConfigNode& node) const {
    AccessTimes times;
    const auto range = between(kShortest, kLongestAccess);
    times.read = node.required<Seconds>("read", range);
    times.write = node.required<Seconds>("write", range);
    times.read_cycle = node.optional<Seconds>("read_cycle", times.read, range);
    times.write_cycle = node.optional<Seconds>("write_cycle", times.write, range);
    times.evidence = read_evidence(node);
    return times;
  }

  StandingPower read_power(const ConfigNode& node) const {
    StandingPower power;
    power.capacity = Bytes(1);
    power.evidence = read_evidence(node);
    if (node.has("zero_because")) {
      power.zero_because = node.required<std::string>("zero_because");
      if (power.zero_because.empty()) node.reject("zero_because", "a reason");
      for (const char* key : {"power", "capacity"}) {
        if (node.has(key)) node.reject(key, "no figure beside zero_because");
      }
      return power;
    }
    power.power = node.required<Watts>("power", between(Watts(1e-18), kLargestPower));
    power.capacity = node.required<Bytes>("capacity", at_least(Bytes(1)));
    return power;
  }

  void read_limits(MemoryTechnology& technology) const {
    if (const auto node = root_.maybe_child("retention")) {
      technology.retention = {
          node->required<Seconds>("time", between(kShortest, kLongestRetention)),
          read_evidence(*node)};
    } else if (technology.refresh) {
      root_.reject("refresh", "no refresh, or the retention time that makes it necessary");
    }
    if (const auto node = root_.maybe_child("endurance")) {
      technology.endurance = {node->required<double>("writes", between(1.0, kMostWrites)),
                              read_evidence(*node)};
    }
  }

  ConfigNode root_;
  std::map<std::string, std::string> sources_;
};

MemoryTechnology read_checked(ConfigDocument document, const std::string& file) {
  MemoryTechnology technology = TechnologyReader(document.root()).read();
  document.finish();
  technology.file = file;
  return technology;
}

}  // namespace

MemoryTechnology read_memory_technology(const std::filesystem::path& file) {
  return read_checked(ConfigDocument::load(file), file.string());
}

MemoryTechnology parse_memory_technology(std::string_view text, const std::string& file) {
  return read_checked(ConfigDocument::parse(text, file), file);
}

}  // namespace deltasim
