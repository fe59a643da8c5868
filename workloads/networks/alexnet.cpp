#include "workloads/networks/builder.h"
#include "workloads/networks/builtin.h"

namespace deltasim {

Graph build_alexnet(const NetworkOptions& options) {
  NetworkBuilder net("alexnet", {options.input_size, options.input_size, options.input_channels});
  const auto pool = [&](const std::string& name) {
    net.append(name, MaxPoolOp{square_window(3, 2, 0)});
  };
  net.convolution("features.0", 64, square_window(11, 4, 2));
  net.append("features.relu#0", ReluOp{});
  pool("features.2");
  net.convolution("features.3", 192, square_window(5, 1, 2));
  net.append("features.relu#1", ReluOp{});
  pool("features.5");
  net.convolution("features.6", 384, square_window(3, 1, 1));
  net.append("features.relu#2", ReluOp{});
  net.convolution("features.8", 256, square_window(3, 1, 1));
  net.append("features.relu#3", ReluOp{});
  net.convolution("features.10", 256, square_window(3, 1, 1));
  net.append("features.relu#4", ReluOp{});
  pool("features.12");
  net.append("flatten", FlattenOp{});
  net.fully_connected("classifier.1", 4096);
  net.append("classifier.relu#0", ReluOp{});
  net.fully_connected("classifier.4", 4096);
  net.append("classifier.relu#1", ReluOp{});
  net.fully_connected("classifier.6", options.classes);
  return net.finish();
}

}  // namespace deltasim
