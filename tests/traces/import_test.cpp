#include "traces/import.h"

#include <boost/test/unit_test.hpp>

#include <cstring>

#include "arch/errors.h"
#include "tests/support/temporary_directory.h"
#include "traces/reader.h"
#include "traces/writer.h"

namespace {

using namespace deltasim;
using deltasim::test::TemporaryDirectory;

/// A .npy file of format 1.
std::string npy(const std::string& dtype, const std::string& shape, const std::string& data) {
  std::string header =
      "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize((header.size() + 10 + 64) / 64 * 64 - 11, ' ');
  header += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() % 256);
  file += static_cast<char>(header.size() / 256);
  return file + header + data;
}

std::string floats(std::initializer_list<float> values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

std::vector<bool> bits(const Bitmap& map) {
  std::vector<bool> result;
  for (std::size_t i = 0; i < map.size(); ++i) result.push_back(map.test(i));
  return result;
}

constexpr const char* kTable = "layer,K,C,H,W,dense_macs,note\nL1,5,3,1,2,30,first\n";

std::string message_of(const std::filesystem::path& table) {
  try {
    MaskImport import(table, "");
    FrameRecord record;
    while (import.next(record)) {
    }
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(import_test)

BOOST_AUTO_TEST_CASE(masks_become_a_stream_a_layer) {
  const TemporaryDirectory folder;
  const auto table = folder.write("layers.csv", std::string(kTable) + "L2,1,8,1,1,8,\n");
  folder.write("L1_activation_mask.npy",
               npy("<f4", "(1, 2, 3)", floats({0, 1.5F, -0.0F, -2, 0, 0})));
  folder.write("L2_activation_mask.npy", npy("|u1", "(1,)", "\xa1"));  // bits, first is highest
  MaskImport import(table, "1.2.3");
  BOOST_TEST(import.header().tool_version == "1.2.3");
  BOOST_TEST(import.header().streams.size() == 2U);
  BOOST_TEST(import.header().streams[1].name == "L2");
  FrameRecord record;
  BOOST_TEST(import.next(record));
  BOOST_TEST((bits(record.maps.at(0).active) ==
              std::vector<bool>{false, true, false, true, false, false}));
  BOOST_TEST((record.maps[0].delta == record.maps[0].active));
  BOOST_TEST(import.next(record));
  BOOST_TEST((bits(record.maps.at(0).active) ==
              std::vector<bool>{true, false, true, false, false, false, false, true}));
  BOOST_TEST(!import.next(record));
}

BOOST_AUTO_TEST_CASE(several_frames_need_delta_masks) {
  const TemporaryDirectory folder;
  const auto table = folder.write("layers.csv", kTable);
  folder.write("L1_activation_mask.npy",
               npy("|b1", "(2, 1, 2, 3)", std::string("\0\1\0\1\0\0\1\1\0\0\0\0", 12)));
  BOOST_TEST(message_of(table).find("L1_delta_mask.npy") != std::string::npos);
  folder.write("L1_delta_mask.npy",
               npy("|b1", "(2, 1, 2, 3)", std::string("\0\0\0\0\0\0\1\1\0\1\0\0", 12)));
  MaskImport import(table, "");
  {
    TraceWriter writer(folder / "t.dtrace", import.header());
    FrameRecord record;
    while (import.next(record)) writer.append(record);
    writer.finish();
  }
  TraceReader reader(folder / "t.dtrace");
  FrameRecord record;
  reader.read(0, 1, record);
  BOOST_TEST(
      (bits(record.maps.at(0).delta) == std::vector<bool>{true, true, false, true, false, false}));
  BOOST_TEST(record.maps.at(0).active.count() == 2U);
}

BOOST_AUTO_TEST_CASE(faults_name_the_line_and_the_column) {
  const TemporaryDirectory folder;
  const auto table = [&](const std::string& text) {
    return message_of(folder.write("layers.csv", text));
  };
  BOOST_TEST(table("layer,K,C,H\nL1,1,1,1\n").find("W: found no such column") != std::string::npos);
  const std::string both = table("layer,K,C,H,W\nL1,5,x,1,2\nL2,0,1,1,1\n");
  BOOST_TEST(both.find("layers.csv:2: C: found x") != std::string::npos, both);
  BOOST_TEST(both.find("layers.csv:3: K: found 0") != std::string::npos, both);
  BOOST_TEST(table("layer,K,C,H,W\nL1,5,3,1,2\nL1,5,3,1,2\n").find("no line above has") !=
             std::string::npos);
  BOOST_TEST(table("layer,K,C,H,W\n").find("no layer") != std::string::npos);
  BOOST_TEST(table("layer,K,C,H,W,dense_macs\nL1,5,3,1,2,31\n").find("dense_macs: found 31") !=
             std::string::npos);
  BOOST_TEST(table(kTable).find("L1_activation_mask.npy") != std::string::npos);
  BOOST_TEST(message_of(folder / "none.csv").find("cannot be read") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(masks_of_another_form_are_refused) {
  const TemporaryDirectory folder;
  const auto table = folder.write("layers.csv", kTable);
  folder.write("L1_activation_mask.npy", npy("|u1", "(2, 1, 3)", "\1\1\1\1\1\1"));
  BOOST_TEST(message_of(table).find("shape (2, 1, 3)") != std::string::npos);
  folder.write("L1_activation_mask.npy", npy("|u1", "(1, 2, 3)", "\1\1\1\1"));
  BOOST_TEST(!message_of(table).empty());
  folder.write("L1_activation_mask.npy", "no array");
  BOOST_TEST(!message_of(table).empty());
}

BOOST_AUTO_TEST_SUITE_END()
