// Compiled with one of the macros below at a time, and must then be refused.
#include "arch/quantities.h"

namespace deltasim {

void wait(Seconds time);

void mix_units() {
  [[maybe_unused]] const Bytes bytes(8);
  [[maybe_unused]] const Bits bits(8);
  [[maybe_unused]] const Cycles cycles(100);
  [[maybe_unused]] const Seconds time(1e-6);

#if defined(BYTES_PLUS_BITS)
  (void)(bytes + bits);
#elif defined(BYTES_FROM_BITS)
  const Bytes wrong = bits;
#elif defined(BYTES_FROM_NUMBER)
  const Bytes wrong = 8;
#elif defined(NUMBER_FROM_BYTES)
  const long wrong = bytes;
#elif defined(BYTES_FROM_FRACTION)
  const Bytes wrong(1.5);
#elif defined(BYTES_TIMES_FRACTION)
  (void)(bytes * 1.5);
#elif defined(BYTES_TIMES_BYTES)
  (void)(bytes * bytes);
#elif defined(CYCLES_FOR_SECONDS)
  wait(cycles);
#elif defined(CYCLES_COMPARED_WITH_SECONDS)
  (void)(cycles < time);
#elif defined(CYCLES_OVER_SECONDS)
  (void)(cycles / time);
#elif defined(JOULES_PLUS_WATTS)
  (void)(Picojoules(1) + Watts(1));
#elif defined(READ_OF_A_NUMBER)
  (void)read_quantity<int>("108 KiB");
#else
  (void)(to_bits(bytes) + bits);
  wait(cycles / Hertz(200e6));
  (void)(2 * bytes < bytes * 3);
  (void)read_quantity<Bytes>("108 KiB");
#endif
}

}  // namespace deltasim
