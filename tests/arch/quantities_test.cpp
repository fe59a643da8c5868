#include "arch/quantities.h"

#include <rapidcheck/boost_test.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <utility>

BOOST_AUTO_TEST_SUITE(quantities_test)

using namespace deltasim;

namespace {

template <typename Q>
Q read(std::string_view text) {
  const auto result = read_quantity<Q>(text);
  if (const Fault* fault = std::get_if<Fault>(&result)) BOOST_FAIL(fault->message());
  return std::get<Q>(result);
}

template <typename Q>
Fault refused(std::string_view text) {
  const auto result = read_quantity<Q>(text);
  if (const Q* value = std::get_if<Q>(&result)) {
    BOOST_ERROR("'" << text << "' was read as " << print(*value));
    return {};
  }
  return std::get<Fault>(result);
}

}  // namespace

BOOST_AUTO_TEST_CASE(sums_and_multiples_stay_in_their_unit) {
  BOOST_TEST((Bytes(3) + Bytes(4) * 2 - Bytes(1)).value() == 10);
  BOOST_TEST((Bytes(7) / 2).value() == 3);
  BOOST_TEST((Bytes(7) / Bytes(2)) == 3.5);
  BOOST_TEST((0.5 * Hertz(200e6)).value() == 100e6);
  Cycles total;
  total += Cycles(5);
  total -= Cycles(2);
  BOOST_TEST(total.value() == 3);
  BOOST_TEST((Cycles(2) < Cycles(3) && Cycles(3) >= Cycles(3) && Cycles(2) != Cycles(3)));
}

BOOST_AUTO_TEST_CASE(conversions_are_named) {
  BOOST_TEST(to_bits(Bytes(3)).value() == 24);
  BOOST_TEST(to_bytes_rounded_up(Bits(24)).value() == 3);
  BOOST_TEST(to_bytes_rounded_up(Bits(25)).value() == 4);
  BOOST_TEST((Cycles(200) / Hertz(200e6)).value() == 1e-6);
  BOOST_TEST((Picojoules(5e12) / Seconds(2)).value() == 2.5);
  BOOST_TEST((Watts(2.5) * Seconds(2)).value() == 5e12);
}

BOOST_AUTO_TEST_CASE(reads_numbers_with_their_units) {
  BOOST_TEST(read<Bytes>("108 KiB").value() == 110592);
  BOOST_TEST(read<Bytes>("108KiB").value() == 110592);
  BOOST_TEST(read<Bytes>("1 kB").value() == 1000);
  BOOST_TEST(read<Bytes>("1.5 KiB").value() == 1536);
  BOOST_TEST(read<Bytes>("1e3 B").value() == 1000);
  BOOST_TEST(read<Bytes>("0 B").value() == 0);
  BOOST_TEST(read<Bits>("16 bit").value() == 16);
  BOOST_TEST(read<Cycles>("1 cycle").value() == 1);
  BOOST_TEST(read<Cycles>("12 cycles").value() == 12);
  BOOST_TEST(read<Hertz>("200 MHz").value() == 200e6);
  BOOST_TEST(read<Picojoules>("2.5 pJ").value() == 2.5);
  BOOST_TEST(read<Picojoules>("1 nJ").value() == 1000);
  BOOST_TEST(read<Seconds>("100 ns").value() == 100e-9);
  BOOST_TEST(read<Seconds>("3 \u00b5s").value() == 3e-6);
  BOOST_TEST(read<Seconds>("3us").value() == 3e-6);
  BOOST_TEST(read<Watts>(" 278 mW ").value() == 0.278);
  BOOST_TEST(read<Volts>(".9 V").value() == 0.9);
}

BOOST_AUTO_TEST_CASE(prints_in_the_unit_that_needs_no_rounding) {
  BOOST_TEST(print(Bytes(110592)) == "108 KiB");
  BOOST_TEST(print(Bytes(110593)) == "110593 B");
  BOOST_TEST(print(Bytes(0)) == "0 B");
  BOOST_TEST(print(Bits(16)) == "16 bit");
  BOOST_TEST(print(Cycles(1000)) == "1000 cycles");
  BOOST_TEST(print(Hertz(200e6)) == "200 MHz");
  BOOST_TEST(print(Hertz(2.4e9)) == "2.4 GHz");
  BOOST_TEST(print(Picojoules(2.5)) == "2.5 pJ");
  BOOST_TEST(print(Picojoules(0.00005)) == "0.05 fJ");
  BOOST_TEST(print(Seconds(100e-9)) == "100 ns");
  BOOST_TEST(print(Seconds(0)) == "0 s");
  BOOST_TEST(print(Seconds(1e-30)) == "1e-18 ps");
  BOOST_TEST(print(Volts(-0.25)) == "-250 mV");
  BOOST_TEST(print(Volts(std::numeric_limits<double>::infinity())) == "inf V");
}

BOOST_AUTO_TEST_CASE(a_wrong_unit_names_the_nearest) {
  BOOST_TEST(refused<Bytes>("108 kib").nearest == "KiB");
  BOOST_TEST(refused<Bytes>("108 KB").nearest == "kB");
  BOOST_TEST(refused<Hertz>("200 mhz").nearest == "MHz");
  BOOST_TEST(refused<Hertz>("200 mHz").nearest == "MHz");
  BOOST_TEST(refused<Bits>("16 bits").nearest == "bit");
  BOOST_TEST(refused<Picojoules>("2.5 PJ").nearest == "pJ");
  BOOST_TEST(refused<Bytes>("5 furlongs").nearest == "");
  BOOST_TEST(refused<Bytes>("108 kib").message() ==
             "found '108 kib', expected a size such as 108 KiB (did you mean KiB?)");
}

BOOST_AUTO_TEST_CASE(what_is_not_a_quantity_is_refused) {
  for (const auto* text : {"", " ", "KiB", "108", "-1 KiB", "- 1 KiB", "+1 KiB", "nan B", "inf B",
                           "0x10 B", "1,5 KiB", "1 KiB 2", "1..5 KiB", ". KiB", "1e KiB", "1 K iB",
                           "1e999999999999 B", "1e-61 B", "\t1 B"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!refused<Bytes>(text).expected.empty());
  }
  for (const auto* text : {"nan Hz", "inf Hz", "NaN", "-0 Hz", "200", "1e400 Hz", "200 MHz/s"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!refused<Hertz>(text).expected.empty());
  }
}

BOOST_AUTO_TEST_CASE(the_unit_is_asked_for_where_it_is_missing) {
  BOOST_TEST(refused<Bytes>("108").message() ==
             "found '108', expected a size with its unit, such as 108 KiB");
}

BOOST_AUTO_TEST_CASE(parts_of_a_countable_thing_are_refused) {
  BOOST_TEST(refused<Bytes>("1.5 B").expected == "a size that is a whole number of B");
  BOOST_TEST(refused<Bytes>("1.0001 KiB").expected == "a size that is a whole number of B");
  BOOST_TEST(refused<Bits>("0.5 bit").expected == "a number of bits that is a whole number of bit");
  BOOST_TEST(read<Bytes>("1.50 kB").value() == 1500);
}

BOOST_AUTO_TEST_CASE(absurd_values_are_refused) {
  BOOST_TEST(read<Bytes>("1024 TiB").value() == std::int64_t{1} << 50);
  BOOST_TEST(refused<Bytes>("1025 TiB").expected == "a size of at most 1024 TiB");
  BOOST_TEST(refused<Bytes>("99999999999999999999 B").found == "'99999999999999999999 B'");
  BOOST_TEST(refused<Bytes>("999999999999999999 TiB").expected == "a size of at most 1024 TiB");
  BOOST_TEST(refused<Bytes>("1e50 TiB").expected == "a size of at most 1024 TiB");
  BOOST_TEST(refused<Hertz>("2000 GHz").expected == "a frequency of at most 1000 GHz");
  BOOST_TEST(refused<Bytes>(std::string(100000, '9') + " B").found.size() < 100);
}

RC_BOOST_PROP(a_printed_count_reads_back_exactly, ()) {
  const auto value = *rc::gen::inRange<std::int64_t>(0, (std::int64_t{1} << 50) + 1);
  const auto shift = *rc::gen::inRange(0, 50);
  for (const Bytes bytes : {Bytes(value), Bytes(value >> shift << shift)}) {
    RC_ASSERT(std::get<Bytes>(read_quantity<Bytes>(print(bytes))) == bytes);
  }
  RC_ASSERT(std::get<Bits>(read_quantity<Bits>(print(Bits(value)))) == Bits(value));
  RC_ASSERT(std::get<Cycles>(read_quantity<Cycles>(print(Cycles(value)))) == Cycles(value));
}

RC_BOOST_PROP(a_printed_measure_reads_back_exactly, ()) {
  const auto mantissa = *rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 53);
  const auto exponent = *rc::gen::inRange(-130, -24);
  const double value = std::ldexp(static_cast<double>(mantissa), exponent);
  RC_ASSERT(std::get<Hertz>(read_quantity<Hertz>(print(Hertz(value)))) == Hertz(value));
  RC_ASSERT(std::get<Seconds>(read_quantity<Seconds>(print(Seconds(value)))) == Seconds(value));
  RC_ASSERT(std::get<Picojoules>(read_quantity<Picojoules>(print(Picojoules(value)))) ==
            Picojoules(value));
}

RC_BOOST_PROP(no_text_breaks_the_reader, (const std::string& text)) {
  (void)read_quantity<Bytes>(text);
  (void)read_quantity<Seconds>(text);
  (void)read_quantity<Bytes>(text + " KiB");
}

BOOST_AUTO_TEST_SUITE_END()
