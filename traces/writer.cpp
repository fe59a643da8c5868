#include "traces/writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "arch/errors.h"
#include "traces/frame_codec.h"
#include "traces/header_record.h"
#include "traces/reader.h"
#include "traces/trace_index.h"

namespace deltasim {
namespace {

constexpr std::size_t kMostWaiting = 2;

std::filesystem::path partial_name(const std::filesystem::path& file) {
  return file.string() + ".partial";
}

/// Appends to a file that grows under another name.
class GrowingFile {
 public:
  /// @param size what is there already and stays, 0 for a new file
  GrowingFile(std::filesystem::path file, std::uint64_t size)
      : name_(std::move(file)), partial_(partial_name(name_)), size_(size) {
    if (std::filesystem::is_directory(name_)) throw IoError(name_.string(), "write", EISDIR);
    // Giving the file its name would replace a device such as /dev/null.
    if (std::filesystem::exists(name_) && !std::filesystem::is_regular_file(name_)) {
      throw ConfigError(name_.string(), "a trace is a file of its own, and this is none");
    }
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (size == 0 ? O_TRUNC : 0);
    handle_ = FileHandle(::open(partial_.c_str(), flags, 0666));
    if (handle_.get() < 0) throw IoError(partial_.string(), "create", errno);
    if (size == 0) return;
    check(::ftruncate(handle_.get(), static_cast<off_t>(size)), "cut");
    check(::lseek(handle_.get(), 0, SEEK_END) < 0 ? -1 : 0, "seek in");
  }

  std::uint64_t size() const { return size_; }

  void write(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(handle_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      check(count < 0 ? -1 : 0, "write");
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      size_ += static_cast<std::uint64_t>(count);
    }
  }
  /// To disk, then to its own name; the folder too, or a crash could lose the new name.
  void publish() {
    check(::fsync(handle_.get()), "flush");
    handle_.close();
    check(::rename(partial_.c_str(), name_.c_str()), "rename");
    const std::filesystem::path folder = name_.has_parent_path() ? name_.parent_path() : ".";
    const FileHandle directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() >= 0) ::fsync(directory.get());
  }
  void discard() {
    handle_.close();
    ::unlink(partial_.c_str());
  }

 private:
  void check(int result, const char* action) const {
    if (result != 0) throw IoError(partial_.string(), action, errno);
  }

  std::filesystem::path name_;
  std::filesystem::path partial_;
  std::uint64_t size_;
  FileHandle handle_;
};

/// Streams that were recorded side by side go on side by side: cuts those that are a frame ahead
/// of the others. Streams recorded one after the other keep all they have.
/// @return offset behind the last record that stays
std::uint64_t cut_to_whole_rounds(RecordScan& scan) {
  std::int64_t fewest = scan.index.frames(0);
  std::int64_t most = fewest;
  for (std::size_t stream = 1; stream < scan.index.streams(); ++stream) {
    fewest = std::min(fewest, scan.index.frames(stream));
    most = std::max(most, scan.index.frames(stream));
  }
  if (most - fewest > 1) return scan.end;
  for (std::size_t stream = 0; stream < scan.index.streams(); ++stream) {
    if (scan.index.frames(stream) == fewest) continue;
    scan.end = std::min(scan.end, scan.index.offset(stream, fewest));
    scan.index.cut(stream, fewest);
  }
  return scan.end;
}

}  // namespace

class TraceWriter::Implementation {
 public:
  /// A new file.
  Implementation(const std::filesystem::path& path, const TraceHeader& header)
      : Implementation(path, header, TraceIndex(header.streams.size()), 0) {
    file_.write(file_head());
    file_.write(header_record(header_));
  }
  /// An interrupted one, of which `size` bytes stay.
  Implementation(const std::filesystem::path& path, const TraceHeader& header, TraceIndex index,
                 std::uint64_t size)
      : header_(header),
        file_(path, size),
        index_(std::move(index)),
        resumed_(index_.records()),
        next_frame_(header.streams.size()),
        previous_(header.streams.size()),
        encoder_(header.has_values) {
    for (std::size_t i = 0; i < next_frame_.size(); ++i) next_frame_[i] = index_.frames(i);
  }
  ~Implementation() {
    stop();
    if (!published_ && (index_.records() == 0 || !keeps_partial_)) file_.discard();
  }

  static std::unique_ptr<Implementation> resume(const std::filesystem::path& path,
                                                const TraceHeader& header);

  void start() {
    thread_ = std::thread([this] { run(); });
  }

  void append(FrameRecord record) {
    check(record);
    ++next_frame_[static_cast<std::size_t>(record.stream)];
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < kMostWaiting || fault_; });
    if (fault_) std::rethrow_exception(fault_);
    waiting_.push_back(std::move(record));
    changed_.notify_all();
  }

  void finish() {
    stop();
    if (fault_) std::rethrow_exception(fault_);
    const std::uint64_t offset = file_.size();
    file_.write(index_record(index_.encode()));
    file_.write(footer(offset));
    file_.publish();
    published_ = true;
  }

  std::int64_t resumed_records() const { return resumed_; }
  void keep_no_partial() { keeps_partial_ = false; }

 private:
  void check(const FrameRecord& record) const {
    const auto stream = static_cast<std::size_t>(record.stream);
    DELTASIM_INVARIANT(!stopping_, "no frame comes after finish()");
    DELTASIM_INVARIANT(record.stream >= 0 && stream < next_frame_.size(), "the stream exists");
    DELTASIM_INVARIANT(record.frame == next_frame_[stream], "frames of a stream come in order");
    const auto& maps = header_.streams[stream].maps;
    DELTASIM_INVARIANT(record.maps.size() == maps.size(), "a frame has all maps");
    for (std::size_t i = 0; i < maps.size(); ++i) {
      const auto elements = static_cast<std::size_t>(maps[i].shape.elements());
      DELTASIM_INVARIANT(
          record.maps[i].active.size() == elements && record.maps[i].delta.size() == elements,
          "a map's bitmaps have its size");
    }
  }

  /// The thread: encodes and writes what waits, until nothing waits and nothing will come.
  void run() {
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !waiting_.empty() || stopping_; });
      if (waiting_.empty()) return;
      FrameRecord record = std::move(waiting_.front());
      lock.unlock();
      try {
        write(std::move(record));
      } catch (...) {
        lock.lock();
        fault_ = std::current_exception();
        changed_.notify_all();
        return;
      }
      lock.lock();
      waiting_.pop_front();
      changed_.notify_all();
    }
  }

  void write(FrameRecord record) {
    const auto stream = static_cast<std::size_t>(record.stream);
    encoder_.encode(header_.streams[stream], record,
                    record.frame == 0 ? nullptr : &previous_[stream], payload_);
    RecordHead head;
    head.type = is_key_frame(record.frame) ? RecordType::kKeyFrame : RecordType::kFrame;
    head.stream = static_cast<std::uint32_t>(stream);
    head.frame = static_cast<std::uint64_t>(record.frame);
    const std::uint64_t offset = file_.size();
    file_.write(record_head(head, payload_));
    file_.write(payload_);
    index_.add(head, offset);
    previous_[stream] = std::move(record.maps);
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }

  TraceHeader header_;
  GrowingFile file_;
  TraceIndex index_;
  std::int64_t resumed_;
  std::vector<std::int64_t> next_frame_;
  bool published_ = false;
  bool keeps_partial_ = true;

  // The thread's own.
  std::vector<std::vector<MapBits>> previous_;
  FrameEncoder encoder_;
  Bytes payload_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<FrameRecord> waiting_;
  bool stopping_ = false;
  std::exception_ptr fault_;
  std::thread thread_;
};

std::unique_ptr<TraceWriter::Implementation> TraceWriter::Implementation::resume(
    const std::filesystem::path& path, const TraceHeader& header) {
  const std::filesystem::path partial = partial_name(path);
  const RecordFile file(partial);
  const HeaderRecord recorded = read_header_record(file);
  const std::string difference = header_difference(recorded.header, header);
  if (!difference.empty()) {
    throw ConfigError(partial.string(),
                      "was recorded otherwise and cannot be continued: " + difference);
  }
  RecordScan scan = scan_records(file, recorded.end, header.streams.size());
  const std::uint64_t end = cut_to_whole_rounds(scan);
  auto writer = std::make_unique<Implementation>(path, header, std::move(scan.index), end);
  TraceReader reader(partial);
  for (std::size_t i = 0; i < header.streams.size(); ++i) {
    if (writer->next_frame_[i] == 0) continue;
    FrameRecord record;
    reader.read(static_cast<int>(i), writer->next_frame_[i] - 1, record);
    writer->previous_[i] = std::move(record.maps);
  }
  return writer;
}

TraceWriter::TraceWriter(const std::filesystem::path& file, const TraceHeader& header)
    : TraceWriter(std::make_unique<Implementation>(file, header)) {}
TraceWriter::TraceWriter(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {
  implementation_->start();
}
TraceWriter TraceWriter::resume(const std::filesystem::path& file, const TraceHeader& header) {
  return TraceWriter(Implementation::resume(file, header));
}
TraceWriter::TraceWriter(TraceWriter&&) noexcept = default;
TraceWriter::~TraceWriter() = default;

void TraceWriter::append(FrameRecord record) { implementation_->append(std::move(record)); }
void TraceWriter::finish() { implementation_->finish(); }
std::int64_t TraceWriter::resumed_records() const { return implementation_->resumed_records(); }
void TraceWriter::keep_no_partial() { implementation_->keep_no_partial(); }

}  // namespace deltasim
