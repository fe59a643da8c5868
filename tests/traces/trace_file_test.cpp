// Writer and reader together: round trips, random access, damage, interruption, full disks.
#include <sys/resource.h>

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "tests/traces/trace_support.h"
#include "traces/reader.h"
#include "traces/writer.h"

namespace {

using namespace deltasim;
using deltasim::test::FrameMaker;
using deltasim::test::read_file;
using deltasim::test::small_header;
using deltasim::test::TemporaryDirectory;

/// Frames of all streams, side by side: frame 0 of each, frame 1 of each, ...
std::vector<FrameRecord> make_records(const TraceHeader& header, std::int64_t frames) {
  std::vector<FrameMaker> makers;
  for (std::size_t i = 0; i < header.streams.size(); ++i) {
    makers.emplace_back(header, static_cast<int>(i), 7U + static_cast<unsigned>(i));
  }
  std::vector<FrameRecord> records;
  for (std::int64_t frame = 0; frame < frames; ++frame) {
    for (FrameMaker& maker : makers) records.push_back(maker.next());
  }
  return records;
}

void append_all(TraceWriter& writer, std::span<const FrameRecord> records) {
  for (const FrameRecord& record : records) writer.append(record);
}

std::filesystem::path write_trace(const TemporaryDirectory& folder, const TraceHeader& header,
                                  std::span<const FrameRecord> records) {
  const std::filesystem::path file = folder / "t.dtrace";
  TraceWriter writer(file, header);
  append_all(writer, records);
  writer.finish();
  return file;
}

std::filesystem::path partial(const std::filesystem::path& file) {
  return file.string() + ".partial";
}

/// Reads in order and compares with what was written; gives the number of records read.
std::size_t read_all(TraceReader& reader, std::span<const FrameRecord> expected) {
  FrameRecord record;
  std::size_t count = 0;
  while (reader.next(record)) {
    BOOST_REQUIRE(count < expected.size());
    BOOST_TEST((record == expected[count]), "record " << count << " differs");
    ++count;
  }
  return count;
}

/// Everything that can be done with a file whose bytes are wrong. Must end, and end well: what is
/// read at all is what was written, `expected`.
void use_damaged(const std::filesystem::path& file, std::span<const FrameRecord> expected) {
  try {
    TraceReader reader(file);
    FrameRecord record;
    std::int64_t records = 0;
    while (reader.next(record)) {
      RC_ASSERT(record == expected[static_cast<std::size_t>(records)]);
      ++records;
    }
    std::int64_t frames = 0;
    for (int stream = 0; stream < static_cast<int>(reader.header().streams.size()); ++stream) {
      frames += reader.frames(stream);
      for (std::int64_t frame = 0; frame < reader.frames(stream); ++frame) {
        reader.read(stream, frame, record);
        RC_ASSERT(record == expected[static_cast<std::size_t>(2 * frame + stream)]);
      }
    }
    RC_ASSERT(records == frames);
    RC_ASSERT((records < 40) == !reader.damage().empty());
  } catch (const ConfigError&) {
    // the header is gone: the message says so
  }
}

struct DamagedFile {
  DamagedFile() : bytes(read_file(write_trace(folder, header, records))) {}
  TemporaryDirectory folder;
  TraceHeader header = small_header();
  std::vector<FrameRecord> records = make_records(header, 20);
  std::string bytes;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(trace_file_test)

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  for (const bool values : {false, true}) {
    const TemporaryDirectory folder;
    const TraceHeader header = small_header(2, values);
    const auto records = make_records(header, 20);
    const auto file = write_trace(folder, header, records);
    BOOST_TEST(!std::filesystem::exists(partial(file)));
    TraceReader reader(file);
    BOOST_TEST((reader.header() == header));
    BOOST_TEST(reader.damage() == "");
    BOOST_TEST(reader.frames(0) == 20);
    BOOST_TEST(reader.frames(1) == 20);
    BOOST_TEST(read_all(reader, records) == records.size());
    BOOST_TEST(reader.damage() == "");
  }
}

BOOST_AUTO_TEST_CASE(equal_traces_have_equal_bytes) {
  const TemporaryDirectory folder;
  const TraceHeader header = small_header();
  const auto records = make_records(header, 5);
  const std::string first = read_file(write_trace(folder, header, records));
  BOOST_TEST((read_file(write_trace(folder, header, records)) == first));
}

BOOST_AUTO_TEST_CASE(any_frame_can_be_read_at_any_time) {
  const TemporaryDirectory folder;
  const TraceHeader header = small_header();
  const auto records = make_records(header, 40);
  TraceReader reader(write_trace(folder, header, records));
  FrameRecord record;
  for (const int frame : {39, 0, 17, 17, 16, 15, 33, 34, 32, 31}) {
    for (const int stream : {1, 0}) {
      reader.read(stream, frame, record);
      BOOST_TEST((record == records[static_cast<std::size_t>(2 * frame + stream)]),
                 "frame " << frame);
    }
  }
  BOOST_TEST(read_all(reader, records) == records.size());
  BOOST_CHECK_THROW(reader.read(0, 40, record), ConfigError);
  BOOST_CHECK_THROW(reader.read(2, 0, record), ConfigError);
  BOOST_CHECK_THROW(reader.read(-1, 0, record), ConfigError);
}

BOOST_AUTO_TEST_CASE(an_unfinished_recording_can_be_read) {
  const TemporaryDirectory folder;
  const TraceHeader header = small_header();
  const auto records = make_records(header, 3);
  const auto file = folder / "t.dtrace";
  {
    TraceWriter writer(file, header);
    append_all(writer, records);
  }
  BOOST_TEST(!std::filesystem::exists(file));
  TraceReader reader(partial(file));
  BOOST_TEST(reader.damage().find("was not finished") != std::string::npos);
  BOOST_TEST(reader.damage().find("3 of 100 frames of stream temporal") != std::string::npos);
  BOOST_TEST(read_all(reader, records) == records.size());
}

BOOST_AUTO_TEST_CASE(an_interrupted_recording_goes_on_to_the_same_bytes) {
  const TraceHeader header = small_header();
  const auto records = make_records(header, 35);
  const TemporaryDirectory whole_folder;
  const std::string whole = read_file(write_trace(whole_folder, header, records));
  for (const std::size_t recorded : {1, 2, 5, 33, 34, 66}) {
    const TemporaryDirectory folder;
    const auto file = folder / "t.dtrace";
    {
      TraceWriter writer(file, header);
      append_all(writer, std::span(records).first(recorded));
    }
    std::ofstream(partial(file), std::ios::app) << "half a record";
    TraceWriter writer = TraceWriter::resume(file, header);
    const auto kept = static_cast<std::size_t>(writer.resumed_records());
    BOOST_TEST(kept == recorded / 2 * 2);  // whole pairs
    append_all(writer, std::span(records).subspan(kept));
    writer.finish();
    BOOST_TEST((read_file(file) == whole), recorded << " records were there");
  }
}

BOOST_AUTO_TEST_CASE(streams_one_after_the_other_are_resumed_too) {
  const TraceHeader header = small_header();
  const auto records = make_records(header, 6);
  const TemporaryDirectory folder;
  const auto file = folder / "t.dtrace";
  {
    TraceWriter writer(file, header);
    for (std::size_t i = 0; i < records.size(); i += 2) writer.append(records[i]);
  }
  TraceWriter writer = TraceWriter::resume(file, header);
  BOOST_TEST(writer.resumed_records() == 6);
  for (std::size_t i = 1; i < records.size(); i += 2) writer.append(records[i]);
  writer.finish();
  TraceReader reader(file);
  FrameRecord record;
  reader.read(1, 5, record);
  BOOST_TEST((record == records.back()));
}

BOOST_AUTO_TEST_CASE(another_recording_is_not_continued) {
  const TraceHeader header = small_header();
  const TemporaryDirectory folder;
  const auto file = folder / "t.dtrace";
  {
    TraceWriter writer(file, header);
    append_all(writer, make_records(header, 1));
  }
  TraceHeader other = header;
  other.quantizer = "step:3";
  BOOST_CHECK_EXCEPTION(TraceWriter::resume(file, other), ConfigError, [](const ConfigError& e) {
    return std::string(e.what()).find("quantizer: fixed_point:8, here step:3") != std::string::npos;
  });
  other = header;
  other.video.count = 7;
  BOOST_CHECK_THROW(TraceWriter::resume(file, other), ConfigError);
  BOOST_CHECK_THROW(TraceWriter::resume(folder / "none.dtrace", header), ConfigError);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_a_recording_without_frames) {
  const TemporaryDirectory folder;
  { const TraceWriter writer(folder / "t.dtrace", small_header()); }
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
}

BOOST_AUTO_TEST_CASE(frames_out_of_order_are_refused) {
  const TemporaryDirectory folder;
  const TraceHeader header = small_header();
  const auto records = make_records(header, 3);
  TraceWriter writer(folder / "t.dtrace", header);
  writer.append(records[0]);
  BOOST_CHECK_THROW(writer.append(records[4]), InternalError);
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_refused_with_both_numbers) {
  const DamagedFile damaged;
  std::string bytes = damaged.bytes;
  bytes[8] = 9;
  const auto file = damaged.folder.write("new.dtrace", bytes);
  BOOST_CHECK_EXCEPTION(TraceReader{file}, ConfigError, [](const ConfigError& error) {
    const std::string what = error.what();
    return what.find("schema 9") != std::string::npos &&
           what.find("up to schema 1") != std::string::npos &&
           what.find("newer deltasim") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(what_is_no_trace_is_refused) {
  const TemporaryDirectory folder;
  BOOST_CHECK_THROW(TraceReader(folder / "missing"), ConfigError);
  BOOST_CHECK_THROW(TraceReader(folder.path()), ConfigError);
  BOOST_CHECK_THROW(TraceReader(folder.write("empty", "")), ConfigError);
  BOOST_CHECK_THROW(TraceReader(folder.write("text", std::string(1000, 'x'))), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_cut_file_is_read_up_to_its_last_whole_frame) {
  const DamagedFile damaged;
  const auto file = damaged.folder.write("cut", damaged.bytes.substr(0, damaged.bytes.size() / 2));
  TraceReader reader(file);
  BOOST_TEST(reader.damage().find("cut or damaged at byte") != std::string::npos);
  const std::size_t count = read_all(reader, damaged.records);
  BOOST_TEST(count > 5U);
  BOOST_TEST(count < damaged.records.size());
  BOOST_TEST(static_cast<std::int64_t>(count) == reader.frames(0) + reader.frames(1));
}

BOOST_AUTO_TEST_CASE(a_flipped_frame_does_not_hide_the_ones_behind_the_next_key_frame) {
  const DamagedFile damaged;
  std::string bytes = damaged.bytes;
  bytes[bytes.size() / 2] ^= 4;
  TraceReader reader(damaged.folder.write("flipped", bytes));
  BOOST_TEST(reader.damage() == "");  // the index is whole: nothing is known yet
  const auto whole = read_all(reader, damaged.records);
  BOOST_TEST(reader.damage().find(" at byte ") != std::string::npos);
  BOOST_TEST(static_cast<std::int64_t>(whole) == reader.frames(0) + reader.frames(1));
  FrameRecord record;
  reader.read(0, 18, record);
  BOOST_TEST((record == damaged.records[36]));
}

RC_BOOST_PROP(damage_anywhere_is_an_error_or_is_told, ()) {
  static const DamagedFile damaged;
  std::string bytes = damaged.bytes;
  const auto at = *rc::gen::inRange(std::size_t{0}, bytes.size());
  if (*rc::gen::arbitrary<bool>()) {
    bytes.resize(at);
  } else {
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << *rc::gen::inRange(0, 8)));
  }
  use_damaged(damaged.folder.write("damaged", bytes), damaged.records);
}

RC_BOOST_PROP(noise_behind_the_magic_is_an_error_or_is_told, ()) {
  static const DamagedFile damaged;
  std::string bytes = damaged.bytes.substr(0, *rc::gen::inRange(std::size_t{0}, std::size_t{2000}));
  const auto noise = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  use_damaged(damaged.folder.write("noise", bytes + noise), damaged.records);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_and_leaves_no_trace_of_that_name) {
  const TemporaryDirectory folder;
  const TraceHeader header = small_header();
  const auto records = make_records(header, 30);
  const auto file = folder / "t.dtrace";
  // A limit on the file's size stands for the full disk: write() fails in the same way.
  const auto signal = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit limit = before;
  limit.rlim_cur = 20000;
  setrlimit(RLIMIT_FSIZE, &limit);
  bool thrown = false;
  try {
    TraceWriter writer(file, header);
    append_all(writer, records);
    writer.finish();
  } catch (const IoError&) {
    thrown = true;
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, signal);
  BOOST_TEST(thrown);
  BOOST_TEST(!std::filesystem::exists(file));
  // What fitted can be read and continued once there is room.
  TraceWriter writer = TraceWriter::resume(file, header);
  const auto kept = static_cast<std::size_t>(writer.resumed_records());
  BOOST_TEST(kept > 0U);
  append_all(writer, std::span(records).subspan(kept));
  writer.finish();
  TraceReader reader(file);
  BOOST_TEST(read_all(reader, records) == records.size());
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_written_is_an_error_at_once) {
  const TemporaryDirectory folder;
  BOOST_CHECK_THROW(TraceWriter(folder / "no/such/folder/t.dtrace", small_header()), IoError);
  BOOST_CHECK_THROW(TraceWriter(folder.path(), small_header()), IoError);
}

BOOST_AUTO_TEST_SUITE_END()
