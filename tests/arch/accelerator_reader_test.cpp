#include "arch/accelerator_reader.h"

#include <rapidcheck.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "arch/errors.h"
#include "arch/resources.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(accelerator_reader_test)

using namespace deltasim;

std::filesystem::path shipped(std::string_view name) {
  return test::source_directory() / "configs" / "accelerators" / (std::string(name) + ".yaml");
}

/// "key: expected" of every fault that reading the file with these changes finds.
std::vector<std::string> faults_of(std::string_view name, const ConfigOverrides& overrides) {
  try {
    read_accelerator(shipped(name), overrides);
  } catch (const ConfigError& error) {
    std::vector<std::string> texts;
    for (const Fault& fault : error.faults()) {
      texts.push_back(fault.key_path + ": " +
                      (fault.expected.empty() ? fault.found : fault.expected));
    }
    return texts;
  }
  return {};
}

BOOST_AUTO_TEST_CASE(every_shipped_accelerator_can_be_read) {
  const std::vector<std::string> names = resource_names("accelerators");
  BOOST_TEST(names.size() >= 7);
  for (const std::string& name : names) {
    BOOST_TEST_CONTEXT(name) {
      const AcceleratorSpec spec = read_accelerator(find_resource("accelerators", name));
      BOOST_TEST(spec.name == name);
      BOOST_TEST(!spec.description.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(values_arrive_where_they_belong) {
  const AcceleratorSpec spec = read_accelerator(shipped("delta_event_256"));
  BOOST_TEST(spec.clock.value() == 500e6);
  BOOST_TEST(spec.dram.part == "ddr4_2400_8gb_x8");
  BOOST_TEST(spec.dram.controller.open_page);
  BOOST_TEST(spec.glb.capacity.value() == 1 << 20);
  BOOST_TEST(spec.glb.banks == 16);
  BOOST_TEST(spec.glb.width.value() == 128);
  BOOST_TEST(spec.glb.partition.weights.value() == 384 * 1024);
  BOOST_TEST(spec.glb.partition.activations.value() == 256 * 1024);
  BOOST_TEST(spec.glb.partition.partial_sums.value() == 128 * 1024);
  BOOST_TEST(spec.glb.partition.state.value() == 256 * 1024);
  BOOST_TEST((spec.noc.topology == NocTopology::kBus));
  BOOST_TEST(spec.noc.multicast);
  BOOST_TEST(spec.noc.hop_latency.value() == 2);
  BOOST_TEST(spec.pe_array.pes() == 256);
  BOOST_TEST((spec.pe_array.dataflow == Dataflow::kEventDriven));
  BOOST_TEST((spec.pe_array.partition == Partition::kOutputChannel));
  BOOST_TEST((spec.pe_array.zero_handling == ZeroHandling::kSkip));
  BOOST_TEST(spec.pe_array.mac_lanes == 4);
  BOOST_TEST(spec.pe_array.partial_sum_bits.value() == 32);
  BOOST_TEST(spec.pe_array.fifo_depth == 16);
  BOOST_TEST(spec.delta_unit.lanes == 32);
  BOOST_TEST((spec.activation_format == ActivationFormat::kBitmask));
  BOOST_TEST((spec.state.place == StatePlace::kDram));
  BOOST_TEST(spec.state.bits.value() == 16);
  BOOST_TEST((spec.state.granularity == StateGranularity::kPixel));
}

BOOST_AUTO_TEST_CASE(the_two_delta_designs_differ_in_partition_and_noc_only) {
  AcceleratorSpec event = read_accelerator(shipped("delta_event_256"));
  const AcceleratorSpec spatial = read_accelerator(shipped("delta_spatial_256"));
  BOOST_TEST((spatial.pe_array.partition == Partition::kSpatial));
  BOOST_TEST((spatial.noc.topology == NocTopology::kMesh));
  BOOST_TEST(event.pe_array.pes() * event.pe_array.mac_lanes ==
             spatial.pe_array.pes() * spatial.pe_array.mac_lanes);
  BOOST_TEST((event.glb.capacity == spatial.glb.capacity));
  BOOST_TEST((event.clock == spatial.clock));
}

BOOST_AUTO_TEST_CASE(the_baseline_has_as_many_lanes_and_as_much_memory) {
  const AcceleratorSpec event = read_accelerator(shipped("delta_event_256"));
  for (const char* name : {"systolic_32x32_ws", "systolic_32x32_os", "systolic_32x32_is"}) {
    const AcceleratorSpec systolic = read_accelerator(shipped(name));
    BOOST_TEST(systolic.pe_array.pes() * systolic.pe_array.mac_lanes ==
               event.pe_array.pes() * event.pe_array.mac_lanes);
    BOOST_TEST((systolic.glb.capacity == event.glb.capacity));
    BOOST_TEST((systolic.clock == event.clock));
    BOOST_TEST(systolic.dram.part == event.dram.part);
  }
}

/// Source: Chen et al., JSSC 2017.
BOOST_AUTO_TEST_CASE(eyeriss_is_the_published_chip) {
  const AcceleratorSpec spec = read_accelerator(shipped("eyeriss_168"));
  BOOST_TEST(spec.pe_array.rows == 12);
  BOOST_TEST(spec.pe_array.columns == 14);
  BOOST_TEST(spec.glb.capacity.value() == 108 * 1024);
  BOOST_TEST(spec.pe_array.weight_memory.value() == 448);
  BOOST_TEST(spec.pe_array.partial_sum_memory.value() == 48);
  BOOST_TEST(spec.pe_array.pes() * spec.clock.value() == 33.6e9);  // its peak, MAC/s
}

BOOST_AUTO_TEST_CASE(state_may_live_in_a_memory_by_name) {
  const AcceleratorSpec spec = read_accelerator(shipped("delta_event_256_edram"));
  BOOST_REQUIRE(spec.memories.size() == 1);
  const MemorySpec* memory = spec.state_memory();
  BOOST_REQUIRE(memory == spec.memories.data());
  BOOST_TEST(memory->technology == "edram_32nm");
  BOOST_TEST(memory->bank_capacity().value() == 64 * 1024);
  BOOST_TEST(memory->width.value() == 256);
  BOOST_TEST(place_name(spec.state) == "edram");
  AcceleratorSpec in_dram = read_accelerator(shipped("delta_event_256"));
  BOOST_TEST(in_dram.state_memory() == nullptr);
  BOOST_TEST(place_name(in_dram.state) == "dram");
}

BOOST_AUTO_TEST_CASE(a_place_that_is_none_is_answered_with_the_nearest) {
  try {
    read_accelerator(shipped("delta_event_256_edram"), {{"state.place", "edrm"}});
    BOOST_FAIL("was accepted");
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults()[0].key_path == "state.place");
    BOOST_TEST(error.faults()[0].nearest == "edram");
  }
  try {
    read_accelerator(shipped("delta_event_256_edram"), {{"memories.0.technology", "edram_23nm"}});
    BOOST_FAIL("was accepted");
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults()[0].key_path == "memories[0].technology");
    BOOST_TEST(error.faults()[0].nearest == "edram_32nm");
  }
}

struct Case {
  std::string accelerator;
  ConfigOverrides overrides;
  std::string fault;  ///< how the only fault begins
};

BOOST_AUTO_TEST_CASE(what_does_not_fit_together_is_refused) {
  const std::vector<Case> cases = {
      {"delta_event_256",
       {{"glb.capacity", "1023 KiB"}, {"glb.banks", "1"}},
       "glb.capacity: at least the sum of the partition, 1 MiB"},
      {"delta_event_256",
       {{"glb.banks", "17"}, {"glb.width", "8 bit"}},
       "glb.banks: a number of banks"},
      {"delta_event_256", {{"glb.width", "100 bit"}}, "glb.width: a whole number of bytes"},
      {"delta_event_256", {{"glb.width", "96 bit"}}, "glb.width: a width that divides"},
      {"delta_event_256",
       {{"glb.partition.weights", "255 B"}},
       "glb.partition.weights: at least 256 B"},
      {"delta_event_256",
       {{"glb.partition.activations", "0 B"}},
       "glb.partition.activations: at least 256 B"},
      {"delta_event_256",
       {{"glb.partition.partial_sums", "1023 B"}},
       "glb.partition.partial_sums: at least 1 KiB"},
      {"delta_event_256",
       {{"noc.topology", "systolic"}, {"noc.multicast", "false"}},
       "noc.topology: bus, mesh or crossbar"},
      {"systolic_32x32_ws", {{"noc.topology", "mesh"}}, "noc.topology: systolic"},
      {"systolic_32x32_os", {{"noc.multicast", "true"}}, "noc.multicast: false"},
      {"systolic_32x32_is", {{"noc.link_width", "31 bit"}}, "noc.link_width: at least 32 bit"},
      {"eyeriss_168", {{"noc.topology", "crossbar"}}, "noc.topology: bus or mesh"},
      {"delta_event_256", {{"pe_array.zero_handling", "gate"}}, "pe_array.zero_handling: skip"},
      {"eyeriss_168", {{"pe_array.zero_handling", "skip"}}, "pe_array.zero_handling: none or gate"},
      {"systolic_32x32_ws",
       {{"pe_array.zero_handling", "skip"}},
       "pe_array.zero_handling: none or gate"},
      {"systolic_32x32_ws", {{"pe_array.partition", "spatial"}}, "pe_array.partition: no such key"},
      {"systolic_32x32_ws",
       {{"pe_array.mac_lanes", "2"}, {"pe_array.partial_sum_memory", "8 B"}},
       "pe_array.mac_lanes: 1"},
      {"delta_event_256",
       {{"pe_array.weight_memory", "3 B"}},
       "pe_array.weight_memory: at least 4 B"},
      {"delta_event_256",
       {{"pe_array.partial_sum_memory", "15 B"}},
       "pe_array.partial_sum_memory: at least 16 B"},
      {"delta_event_256",
       {{"pe_array.partial_sum_bits", "7 bit"}},
       "pe_array.partial_sum_bits: at least 8 bit"},
      {"delta_event_256",
       {{"pe_array.rows", "4096"},
        {"pe_array.columns", "32"},
        {"glb.capacity", "4 MiB"},
        {"glb.partition.partial_sums", "1 MiB"}},
       "pe_array.columns: at most 65536"},
      {"delta_event_256",
       {{"state.place", "glb"}, {"glb.partition.state", "0 B"}},
       "glb.partition.state: a share of the buffer"},
      {"delta_event_256_edram",
       {{"state.place", "dram"}},
       "memories[0].name: a memory that state.place names"},
      {"delta_event_256_edram",
       {{"memories.0.width", "100 bit"}},
       "memories[0].width: a whole number of bytes"},
      {"delta_event_256_edram",
       {{"memories.0.width", "96 bit"}},
       "memories[0].width: a width that divides a bank's 524288 bits"},
      {"delta_event_256_edram",
       {{"memories.0.banks", "641"}},
       "memories[0].banks: a number of banks that divides 40 MiB"},
      {"delta_event_256_edram", {{"memories.0.capacity", "0 B"}}, "memories[0].capacity: a size"},
      {"delta_event_256_edram",
       {{"memories.0.name", "glb"}, {"state.place", "glb"}},
       "memories[0].name: a name that nothing else has"},
      {"delta_event_256", {{"state.bits", "7 bit"}}, "state.bits: at least 8 bit"},
      {"eyeriss_168",
       {{"pe_array.activation_bits", "17 bit"},
        {"pe_array.partial_sum_bits", "32 bit"},
        {"state.bits", "32 bit"}},
       "activation_format: another one"},
  };
  for (const Case& one : cases) {
    BOOST_TEST_CONTEXT(one.accelerator << " " << one.overrides[0].first) {
      const auto faults = faults_of(one.accelerator, one.overrides);
      BOOST_REQUIRE(faults.size() == 1);
      BOOST_TEST(faults[0].starts_with(one.fault), faults[0] << " is not " << one.fault);
    }
  }
}

BOOST_AUTO_TEST_CASE(values_beyond_reason_are_refused) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"clock", "900 kHz"},
      {"clock", "11 GHz"},
      {"dram.channels", "0"},
      {"dram.ranks", "-1"},
      {"glb.capacity", "2 GiB"},
      {"glb.banks", "0"},
      {"glb.ports", "9"},
      {"noc.hop_latency", "65 cycles"},
      {"pe_array.rows", "0"},
      {"pe_array.columns", "5000"},
      {"pe_array.mac_lanes", "0"},
      {"pe_array.fifo_depth", "0"},
      {"pe_array.weight_bits", "65 bit"},
      {"pe_array.weight_memory", "1 GiB"},
      {"delta_unit.lanes", "0"},
      {"state.bits", "0 bit"},
      {"dram.part", "../part"},
      {"name", "two words"},
  };
  for (const auto& [key, value] : cases) {
    BOOST_TEST_CONTEXT(key << ": " << value) {
      const auto faults = faults_of("delta_event_256", {{key, value}});
      BOOST_REQUIRE(faults.size() == 1);
      BOOST_TEST(faults[0].starts_with(key + ": "));
    }
  }
}

BOOST_AUTO_TEST_CASE(all_faults_are_reported_at_once) {
  const auto faults = faults_of("delta_event_256", {{"clock", "500"},
                                                    {"glb.capacity", "512 KiB"},
                                                    {"pe_array.dataflow", "event_drivn"},
                                                    {"state.bits", "4 bit"},
                                                    {"noc.hop_latncy", "1 cycle"}});
  // state.bits is held against pe_array, which could not be read; 4 bits could be right.
  BOOST_REQUIRE(faults.size() == 4);
  for (const char* key : {"clock", "glb.capacity", "pe_array.dataflow", "noc.hop_latncy"}) {
    BOOST_TEST(std::ranges::any_of(faults,
                                   [&](const std::string& text) { return text.starts_with(key); }));
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_name_is_answered_with_the_nearest) {
  try {
    read_accelerator(shipped("delta_event_256"), {{"noc.topology", "cross_bar"}});
    BOOST_FAIL("was accepted");
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults()[0].nearest == "crossbar");
  }
}

BOOST_AUTO_TEST_CASE(a_fault_in_a_file_names_its_line) {
  const test::TemporaryDirectory folder;
  std::string text = test::read_file(shipped("delta_event_256"));
  text.replace(text.find("  rows: 16"), 10, "  rows: 0 ");
  const auto path = folder.write("bad.yaml", text);
  const auto line = 1 + std::count(text.begin(), text.begin() + text.find("  rows: 0"), '\n');
  try {
    read_accelerator(path);
    BOOST_FAIL("was accepted");
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults().size() == 1);
    BOOST_TEST(error.faults()[0].line == line);
    BOOST_TEST(error.faults()[0].file == path.string());
  }
}

BOOST_AUTO_TEST_CASE(a_missing_section_is_one_fault_and_a_missing_file_is_an_io_error) {
  std::string text = test::read_file(shipped("delta_event_256"));
  const auto begin = text.find("delta_unit:");
  text.erase(begin, text.find("activation_format:") - begin);
  try {
    parse_accelerator(text, "text");
    BOOST_FAIL("was accepted");
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults().size() == 1);
    BOOST_TEST(error.faults()[0].key_path == "delta_unit");
  }
  BOOST_CHECK_THROW(read_accelerator("/no/such/file.yaml"), IoError);
}

/// Whatever a text is turned into, it is read or refused.
BOOST_AUTO_TEST_CASE(a_damaged_text_never_does_worse_than_config_error) {
  const std::string whole = test::read_file(shipped("eyeriss_168"));
  const bool held = rc::check("damaged accelerator", [&] {
    std::string text = whole;
    const int changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
      const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
          text[place] = *rc::gen::arbitrary<char>();
          break;
        case 1:
          text.erase(place, *rc::gen::inRange<std::size_t>(1, 40));
          break;
        case 2:
          text.insert(place,
                      *rc::gen::element<std::string>("\n", ": ", "- ", "[", "{", "&a ", "*a ", "'",
                                                     "0", "99999999999999999999", "~"));
          break;
        default:
          text.insert(place, whole.substr(*rc::gen::inRange<std::size_t>(0, whole.size()), 30));
      }
      if (text.empty()) text = " ";
    }
    try {
      draw_accelerator(parse_accelerator(text, "damaged"));
    } catch (const ConfigError& error) {
      RC_ASSERT(!error.faults().empty());
    }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
