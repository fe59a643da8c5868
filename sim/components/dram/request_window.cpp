#include "sim/components/dram/request_window.h"

#include "arch/errors.h"

namespace deltasim::dram {
namespace {

std::uint64_t all_slots(int capacity) {
  return capacity == kMaxWindow ? ~std::uint64_t{0} : (std::uint64_t{1} << capacity) - 1;
}

}  // namespace

RequestWindow::RequestWindow(int banks, int capacity)
    : free_(all_slots(capacity)),
      capacity_(capacity),
      entries_(static_cast<std::size_t>(capacity)),
      lists_(static_cast<std::size_t>(banks)) {
  DELTASIM_INVARIANT(banks <= kMaxBanks && capacity >= 1 && capacity <= kMaxWindow,
                     "a window's banks and slots fit into a word");
}

void RequestWindow::enter(std::int64_t order, std::int64_t burst, DataKind kind, int bank,
                          std::int32_t row, std::int32_t open_row) {
  const int slot = std::countr_zero(free_);
  free_ &= free_ - 1;
  ++count_;
  BankList& list = lists_[bank];
  WindowEntry& entry = entries_[slot];
  entry.order = order;
  entry.burst = burst;
  entry.kind = kind;
  entry.row = row;
  entry.next = kNoSlot;
  entry.previous = list.tail;
  entry.opened = entry.conflicted = false;
  if (list.tail == kNoSlot) {
    set_head(list, slot);
  } else {
    entries_[list.tail].next = static_cast<std::int8_t>(slot);
  }
  list.tail = static_cast<std::int8_t>(slot);
  if (list.hit != kNoSlot) return;
  if (row == open_row) {
    set_hit(list, slot);
    column_ |= bit(bank);
    precharge_ &= ~bit(bank);
  } else {
    (open_row == kNoRow ? activate_ : precharge_) |= bit(bank);
  }
}

void RequestWindow::leave(int bank) {
  BankList& list = lists_[bank];
  const int slot = list.hit;
  const WindowEntry& entry = entries_[slot];
  if (entry.previous == kNoSlot) {
    set_head(list, entry.next);
  } else {
    entries_[entry.previous].next = entry.next;
  }
  (entry.next == kNoSlot ? list.tail : entries_[entry.next].previous) = entry.previous;
  free_ |= std::uint64_t{1} << slot;
  --count_;
  set_hit(list, next_hit(entry.next, entry.row));
  if (list.hit != kNoSlot) return;
  column_ &= ~bit(bank);
  if (list.head != kNoSlot) precharge_ |= bit(bank);
}

void RequestWindow::clear(BankSet banks) {
  for (; banks != 0; banks &= banks - 1) lists_[std::countr_zero(banks)] = BankList{};
  free_ = all_slots(capacity_);
  count_ = implied_ = 0;
  column_ = activate_ = precharge_ = 0;
}

void RequestWindow::row_opened(int bank, std::int32_t row) {
  BankList& list = lists_[bank];
  activate_ &= ~bit(bank);
  set_hit(list, next_hit(list.head, row));
  if (list.hit != kNoSlot) {
    column_ |= bit(bank);
  } else if (list.head != kNoSlot) {
    precharge_ |= bit(bank);
  }
}

void RequestWindow::row_closed(int bank) {
  lists_[bank].hit = kNoSlot;
  column_ &= ~bit(bank);
  precharge_ &= ~bit(bank);
  if (lists_[bank].head != kNoSlot) activate_ |= bit(bank);
}

bool RequestWindow::operator==(const RequestWindow& other) const {
  if (count_ != other.count_ || implied_ != other.implied_ || column_ != other.column_ ||
      activate_ != other.activate_ || precharge_ != other.precharge_ ||
      lists_.size() != other.lists_.size()) {
    return false;
  }
  for (std::size_t bank = 0; bank < lists_.size(); ++bank) {
    int a = lists_[bank].head;
    int b = other.lists_[bank].head;
    while (a != kNoSlot && b != kNoSlot) {
      const WindowEntry& x = entries_[a];
      const WindowEntry& y = other.entries_[b];
      const bool a_hit = a == lists_[bank].hit;
      const bool b_hit = b == other.lists_[bank].hit;
      if (x.order != y.order || x.burst != y.burst || x.kind != y.kind || x.row != y.row ||
          x.opened != y.opened || x.conflicted != y.conflicted || a_hit != b_hit) {
        return false;
      }
      a = x.next;
      b = y.next;
    }
    if (a != b) return false;
  }
  return true;
}

}  // namespace deltasim::dram
