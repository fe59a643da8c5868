#pragma once
// The bursts that a controller may choose from, sorted by bank so that a choice looks at banks
// and not at bursts.

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "arch/activity.h"
#include "arch/dram_part.h"

namespace deltasim::dram {

inline constexpr std::int32_t kNoRow = -1;
inline constexpr int kNoSlot = -1;
inline constexpr int kMaxWindow = 64;  ///< bursts of one window

/// What stands in one window entry.
struct WindowEntry {
  std::int64_t order = 0;  ///< bursts are numbered as they enter; the smaller, the older
  std::int64_t burst = 0;  ///< its number within the channel
  std::int32_t row = 0;
  std::int8_t next = kNoSlot;  ///< the next younger entry of the same bank
  std::int8_t previous = kNoSlot;
  DataKind kind = DataKind::kActivation;
  bool opened : 1 = false;      ///< its row was opened for it
  bool conflicted : 1 = false;  ///< another row was closed for it
};

/// Bursts of one direction. For every bank it knows the oldest burst, and the oldest one that
/// the open row can serve.
class RequestWindow {
 public:
  RequestWindow(int banks, int capacity);

  bool full() const { return count_ == capacity_; }
  bool empty() const { return count_ == 0; }
  int size() const { return count_; }
  int capacity() const { return capacity_; }

  void enter(std::int64_t order, std::int64_t burst, DataKind kind, int bank, std::int32_t row,
             std::int32_t open_row);
  /// Takes out hit(bank), which must be there.
  void leave(int bank);
  /// Takes out everything; `banks` are those that have entries.
  void clear(BankSet banks);

  /// Holds `count` bursts that stand nowhere, since the owner knows them: a run of row hits that
  /// may well be gone before anybody looks. Nothing else may be in the window.
  void imply(int count) { count_ = implied_ = count; }
  int implied() const { return implied_; }

  /// What the banks wait for. Each bank with entries stands in exactly one of the three.
  BankSet wanting_column() const { return column_; }
  BankSet wanting_activate() const { return activate_; }
  BankSet wanting_precharge() const { return precharge_; }

  WindowEntry& oldest(int bank) { return entries_[lists_[bank].head]; }
  const WindowEntry& oldest(int bank) const { return entries_[lists_[bank].head]; }
  bool has(int bank) const { return lists_[bank].head != kNoSlot; }
  /// Order of hit(bank) or oldest(bank).
  std::int64_t order(int bank, bool of_hit) const {
    return of_hit ? lists_[bank].hit_order : lists_[bank].head_order;
  }
  /// The oldest burst for the open row; only for banks of wanting_column().
  const WindowEntry& hit(int bank) const { return entries_[lists_[bank].hit]; }

  void row_opened(int bank, std::int32_t row);
  void row_closed(int bank);

  /// Equal as far as any future choice goes: entries in the same order, not in the same slots.
  bool operator==(const RequestWindow& other) const;

 private:
  struct BankList {
    std::int8_t head = kNoSlot, tail = kNoSlot, hit = kNoSlot;
    std::int64_t head_order = 0, hit_order = 0;  ///< of those two, for a look without the entries
  };
  void set_head(BankList& list, int slot) {
    list.head = static_cast<std::int8_t>(slot);
    if (slot != kNoSlot) list.head_order = entries_[slot].order;
  }
  void set_hit(BankList& list, int slot) {
    list.hit = static_cast<std::int8_t>(slot);
    if (slot != kNoSlot) list.hit_order = entries_[slot].order;
  }
  int next_hit(int slot, std::int32_t row) const {
    while (slot != kNoSlot && entries_[slot].row != row) slot = entries_[slot].next;
    return slot;
  }
  static BankSet bit(int bank) { return BankSet{1} << bank; }

  std::uint64_t free_ = 0;  ///< slots, as bits
  int count_ = 0;
  int implied_ = 0;  ///< of count_
  int capacity_ = 0;
  BankSet column_ = 0, activate_ = 0, precharge_ = 0;
  std::vector<WindowEntry> entries_;
  std::vector<BankList> lists_;
};

}  // namespace deltasim::dram
