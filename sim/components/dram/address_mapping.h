#pragma once
// Where an address lies: channel, rank, bank group, bank, row and column, by the mapping's name.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/dram_part.h"

namespace deltasim::dram {

/// Bank and row of one burst within its channel. The bank counts through ranks and bank groups:
/// (rank * bank_groups + group) * banks_per_group + bank.
struct Place {
  std::int32_t bank = 0;
  std::int32_t row = 0;
  bool operator==(const Place&) const = default;
};

/// A stretch of consecutive bursts within which only columns (and, where `cycle` > 1, bank groups
/// in turn) change: 2^block_bits bursts, burst i in bank place(i mod cycle).
struct BlockShape {
  int block_bits = 0;
  int cycle = 1;
};

/// Splits burst numbers into bit fields. The name lists the fields from the most to the least
/// significant, joined by "_": channel, rank, bankgroup, bank, row and column. "column2" takes
/// two column bits at that place, the rest stand where "column" does. A last word "xor" folds the
/// lowest row bits into bank and bank group, so that rows that follow each other in one bank come
/// to lie in different ones. Examples: "row_bank_column_bankgroup" lets a stream alternate
/// between bank groups; "bankgroup_bank_row_column" keeps it in one bank. Fields of one value
/// (one channel, one rank) need no name.
class AddressMapping {
 public:
  /// @throws ConfigError where the name is none, repeats or lacks a field, or a count is no power
  ///         of two
  AddressMapping(std::string_view name, const Organisation& organisation, int channels, int ranks);

  /// Channel of burst `address / burst_bytes` and the burst's number within the channel.
  std::pair<int, std::int64_t> channel_of(std::int64_t burst) const {
    const std::int64_t low = burst & ((std::int64_t{1} << channel_shift_) - 1);
    const std::int64_t channel =
        (burst >> channel_shift_) & ((std::int64_t{1} << channel_bits_) - 1);
    return {static_cast<int>(channel),
            ((burst >> (channel_shift_ + channel_bits_)) << channel_shift_) | low};
  }
  /// Number, within `channel`, of the first of its bursts that is not before `burst`. The bursts
  /// of [a, b) in a channel are thus [first_in_channel(a), first_in_channel(b)).
  std::int64_t first_in_channel(std::int64_t burst, int channel) const;

  /// @param burst number within its channel
  Place place(std::int64_t burst) const;
  /// The block's shape is the same everywhere.
  BlockShape block() const { return block_; }

  int channels() const { return 1 << channel_bits_; }
  int ranks() const { return ranks_; }
  /// Of all channels together.
  std::int64_t capacity_bursts() const { return capacity_bursts_; }

 private:
  enum Field : std::size_t { kChannel, kRank, kBankGroup, kBank, kRow, kColumn };
  /// Bits [shift, shift + bits) of the channel's burst number are bits [to, to + bits) of a field.
  struct Slice {
    Field field;
    int shift;
    int bits;
    int to;
  };
  static Field field_of(std::string_view word);
  std::vector<std::pair<Field, int>> parse(std::string_view name) const;
  void lay_out(const std::vector<std::pair<Field, int>>& fields);
  void find_block();

  std::string name_;
  std::array<int, 6> bits_{};  ///< of each field
  int banks_per_group_ = 1;
  int bank_groups_ = 1;
  int ranks_ = 1;
  std::vector<Slice> slices_;  ///< from the least significant, without channel and column
  std::vector<std::pair<Field, int>> order_;  ///< from the least significant, without channel
  bool xor_ = false;
  int channel_shift_ = 0;
  int channel_bits_ = 0;
  BlockShape block_;
  std::int64_t capacity_bursts_ = 0;
};

}  // namespace deltasim::dram
