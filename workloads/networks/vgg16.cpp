#include <array>

#include "workloads/networks/builder.h"
#include "workloads/networks/builtin.h"

namespace deltasim {

Graph build_vgg16(const NetworkOptions& options) {
  constexpr int kPool = 0;
  constexpr std::array kPlan{64,    64,  kPool, 128, 128,   kPool, 256, 256, 256,
                             kPool, 512, 512,   512, kPool, 512,   512, 512, kPool};
  NetworkBuilder net("vgg16", {options.input_size, options.input_size, options.input_channels});
  int module = 0;  // torchvision counts the ReLUs among the modules
  int relu = 0;
  for (const int channels : kPlan) {
    const std::string name = "features." + std::to_string(module);
    if (channels == kPool) {
      net.append(name, MaxPoolOp{square_window(2, 2, 0)});
      module += 1;
    } else {
      net.convolution(name, channels, square_window(3, 1, 1));
      net.append("features.relu#" + std::to_string(relu++), ReluOp{});
      module += 2;
    }
  }
  net.append("flatten", FlattenOp{});
  net.fully_connected("classifier.0", 4096);
  net.append("classifier.relu#0", ReluOp{});
  net.fully_connected("classifier.3", 4096);
  net.append("classifier.relu#1", ReluOp{});
  net.fully_connected("classifier.6", options.classes);
  return net.finish();
}

}  // namespace deltasim
