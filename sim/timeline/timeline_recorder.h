#pragma once
// Writes down what the parts of a simulated accelerator do when. Nobody has one in an ordinary
// run: every part asks its pointer once a transaction, and that is all that a run pays.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "arch/timeline.h"

namespace deltasim {

/// Parts tell of a transaction when it is offered, and then know when it will be served; so slices
/// and changes come in any order of time, also ahead of it. What is kept is decided by their times,
/// not by when they were told: the windows of time between open() and close(). Times are
/// picoseconds since the frame's start.
class TimelineRecorder {
 public:
  /// @param limit of slices and samples; when it is reached, the timeline is cut off
  explicit TimelineRecorder(std::int64_t limit);

  /// Whether touching slices of the same label become one.
  enum class Touching : std::uint8_t { kMerge, kKeepApart };
  int add_track(TimelineTrack track, Touching touching = Touching::kMerge);
  int add_counter(TimelineCounter counter);
  /// The label's number; the same text has the same one.
  int label(std::string_view text);

  /// The track's resource was, or will be, busy. A slice of no length is none.
  void slice(int track, int label, std::int64_t begin, std::int64_t end, std::int64_t amount);
  /// The track's resource begins something whose end is not known yet, and ends it.
  void begin(int track, int label, std::int64_t time);
  void end(int track, std::int64_t time, std::int64_t amount);
  /// The counter's value changes by so much.
  void change(int counter, std::int64_t time, std::int64_t by);
  void span(TimelineSpan span);

  /// From here on, things are kept.
  void open(std::int64_t now);
  /// Keeps nothing that begins later; what is still busy then is cut off there.
  void close(std::int64_t now);
  bool is_open() const { return open_; }
  /// Is called at the start of every close(), for parts that have something yet to tell.
  void before_close(std::function<void()> tell) { tell_ = std::move(tell); }
  /// Touching slices before and after this call stay two.
  void break_slices();
  /// To be called now and then: forgets what no window can want any more, and keeps the limit.
  void advance(std::int64_t now);

  /// When the limit was reached; -1: it was not.
  std::int64_t cut_at() const { return cut_at_; }
  /// Slices and samples in windows after that; what changes twice at a time may count twice.
  std::int64_t left_out() const { return left_out_; }

  /// The windows so far are closed. Leaves the recorder empty.
  Timeline finish();

 private:
  struct Running {
    int label = 0;
    std::int64_t begin = -1;  ///< -1: it does nothing
  };
  struct Change {
    std::int32_t counter;
    std::int64_t time, by;
  };
  std::int64_t kept() const {
    return static_cast<std::int64_t>(timeline_.slices.size() + timeline_.samples.size());
  }
  std::int64_t pending() const {
    return static_cast<std::int64_t>(slices_.size() + changes_.size());
  }
  void count_left_out(const TimelineSlice& slice);
  void count_left_out(const Change& change);
  void keep_slices(std::int64_t end);
  void keep_changes(std::int64_t end);
  void sample(int counter, std::int64_t time);
  void cut(std::int64_t now);

  Timeline timeline_;
  std::int64_t limit_;
  std::map<std::string, int, std::less<>> label_numbers_;
  std::vector<bool> merges_;           ///< of each track
  std::vector<Running> running_;       ///< on each track
  std::vector<std::int64_t> last_;     ///< of each track, its latest of slices_; -1: none
  std::vector<TimelineSlice> slices_;  ///< that no window has taken yet
  std::vector<Change> changes_;        ///< the same
  std::vector<std::int64_t> values_;   ///< of each counter, after the changes taken so far
  std::int64_t forget_above_ = 0;      ///< pending things, outside of windows
  std::function<void()> tell_;
  bool open_ = false;
  std::int64_t opened_at_ = 0;
  std::int64_t cut_at_ = -1;
  std::int64_t left_out_ = 0;
  std::vector<TimelineSlice>
      last_slices_left_out_;  ///< of each track, the latest that was left out
  Change last_left_out_{-1, 0, 0};
};

/// Tracks of a part whose resources are calendars, such as the banks of a memory.
class CalendarTracks {
 public:
  /// @param period_ps of a cycle
  CalendarTracks(TimelineRecorder& recorder, std::vector<int> tracks, std::int64_t period_ps)
      : recorder_(recorder), tracks_(std::move(tracks)), period_(period_ps) {}

  /// What is told from here on is called so.
  void set_label(std::string_view text) { label_ = recorder_.label(text); }
  /// A calendar is taken for slots of which there are so many a cycle.
  void taken(std::size_t calendar, std::int64_t begin_slot, std::int64_t end_slot,
             std::int64_t slots_per_cycle, std::int64_t amount) {
    recorder_.slice(tracks_[calendar], label_, begin_slot * period_ / slots_per_cycle,
                    end_slot * period_ / slots_per_cycle, amount);
  }

 private:
  TimelineRecorder& recorder_;
  std::vector<int> tracks_;
  std::int64_t period_;
  int label_ = 0;
};

}  // namespace deltasim
