#include "sim/components/dram/address_mapping.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>

namespace deltasim::dram {
namespace {

constexpr std::array<std::string_view, 6> kFieldNames{"channel", "rank", "bankgroup",
                                                      "bank",    "row",  "column"};

[[noreturn]] void fail(std::string_view name, std::string found, std::string expected,
                       std::string nearest = {}) {
  Fault fault;
  fault.key_path = "dram.address_mapping";
  fault.found = fmt::format("'{}': {}", name, found);
  fault.expected = std::move(expected);
  fault.nearest = std::move(nearest);
  throw ConfigError(std::move(fault));
}

std::vector<std::string_view> words_of(std::string_view name) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t end = name.find('_');
    words.push_back(name.substr(0, end));
    if (end == std::string_view::npos) return words;
    name.remove_prefix(end + 1);
  }
}

std::string_view without_digits(std::string_view word) {
  return word.substr(0, word.find_last_not_of("0123456789") + 1);
}

}  // namespace

AddressMapping::AddressMapping(std::string_view name, const Organisation& organisation,
                               int channels, int ranks)
    : name_(name),
      banks_per_group_(organisation.banks_per_group),
      bank_groups_(organisation.bank_groups),
      ranks_(ranks) {
  const std::int64_t sizes[] = {channels,
                                ranks,
                                organisation.bank_groups,
                                organisation.banks_per_group,
                                organisation.rows,
                                organisation.bursts_per_row()};
  int total = 0;
  for (std::size_t field = 0; field < bits_.size(); ++field) {
    if (sizes[field] < 1 || !std::has_single_bit(static_cast<std::uint64_t>(sizes[field]))) {
      fail(name, fmt::format("{} values of {}", sizes[field], kFieldNames[field]),
           "a power of two");
    }
    bits_[field] = std::countr_zero(static_cast<std::uint64_t>(sizes[field]));
    total += bits_[field];
  }
  capacity_bursts_ = std::int64_t{1} << total;
  lay_out(parse(name));
  find_block();
}

std::vector<std::pair<AddressMapping::Field, int>> AddressMapping::parse(
    std::string_view name) const {
  std::vector<std::pair<Field, int>> fields;  // 0 bits: the rest of the field
  for (const std::string_view word : words_of(name)) {
    if (word == "xor") continue;  // lay_out() sees to it
    const std::string_view stem = without_digits(word);
    std::size_t field = 0;
    while (field < kFieldNames.size() && kFieldNames[field] != stem) ++field;
    if (field == kFieldNames.size()) {
      const std::vector<std::string> names(kFieldNames.begin(), kFieldNames.end());
      fail(name, fmt::format("no field is called '{}'", word),
           "channel, rank, bankgroup, bank, row, column or xor, joined by '_'",
           nearest_name(stem, names));
    }
    int bits = 0;
    std::from_chars(word.data() + stem.size(), word.data() + word.size(), bits);
    if (bits > bits_[field] || (stem.size() != word.size() && bits == 0)) {
      fail(name, fmt::format("'{}' where the field has {} bits", word, bits_[field]),
           "a number of bits that the field has");
    }
    fields.emplace_back(static_cast<Field>(field), bits);
  }
  return fields;
}

void AddressMapping::lay_out(const std::vector<std::pair<Field, int>>& fields) {
  xor_ = name_.size() > 4 && name_.ends_with("_xor");
  if (words_of(name_).size() - fields.size() != (xor_ ? 1U : 0U)) {
    fail(name_, "'xor' in an odd place", "'xor' once, as the last word");
  }
  std::array<int, 6> rest = bits_;
  std::array<bool, 6> open{};  // still lacks the word that takes the rest
  for (const auto& [field, bits] : fields) {
    rest[field] -= bits;
    if (bits == 0 && std::exchange(open[field], true)) {
      fail(name_, fmt::format("'{}' twice", kFieldNames[field]), "every field once");
    }
  }
  for (std::size_t field = 0; field < rest.size(); ++field) {
    if (rest[field] < 0 || (rest[field] > 0 && !open[field])) {
      fail(name_,
           fmt::format("{} bits of '{}' too {}", std::abs(rest[field]), kFieldNames[field],
                       rest[field] < 0 ? "many" : "few"),
           fmt::format("a name with all of '{}'", kFieldNames[field]));
    }
  }
  std::array<int, 6> placed{};
  int shift = 0;
  for (auto it = fields.rbegin(); it != fields.rend(); ++it) {
    const Field field = it->first;
    const int bits = it->second == 0 ? rest[field] : it->second;
    if (field == kChannel) {
      if (channel_bits_ > 0) fail(name_, "'channel' in two places", "one place");
      channel_shift_ = shift;
      channel_bits_ = bits;
      continue;
    }
    if (bits == 0) continue;
    order_.emplace_back(field, bits);
    if (field != kColumn) slices_.push_back({field, shift, bits, placed[field]});
    placed[field] += bits;
    shift += bits;
  }
}

void AddressMapping::find_block() {
  int group_bits = 0;
  for (const auto& [field, bits] : order_) {
    // Only bank groups below all columns make a cycle; anything else ends the block.
    if (field == kBankGroup && block_.block_bits == 0 && bits == bits_[kBankGroup]) {
      group_bits = bits;
    } else if (field != kColumn) {
      break;
    }
    block_.block_bits += bits;
  }
  block_.cycle = 1 << group_bits;
}

std::int64_t AddressMapping::first_in_channel(std::int64_t burst, int channel) const {
  const auto [at, number] = channel_of(burst);
  const std::int64_t step = std::int64_t{1} << channel_shift_;
  if (at == channel) return number;
  const std::int64_t whole = number & ~(step - 1);
  return at > channel ? whole + step : whole;
}

Place AddressMapping::place(std::int64_t burst) const {
  std::array<std::int64_t, 6> values{};
  for (const Slice& slice : slices_) {
    const std::int64_t value = (burst >> slice.shift) & ((std::int64_t{1} << slice.bits) - 1);
    values[slice.field] |= value << slice.to;
  }
  if (xor_) {
    values[kBankGroup] ^= values[kRow] & (bank_groups_ - 1);
    values[kBank] ^= (values[kRow] >> bits_[kBankGroup]) & (banks_per_group_ - 1);
  }
  const std::int64_t group = values[kRank] * bank_groups_ + values[kBankGroup];
  return {static_cast<std::int32_t>(group * banks_per_group_ + values[kBank]),
          static_cast<std::int32_t>(values[kRow])};
}

}  // namespace deltasim::dram
