#pragma once
// One factory a built-in network; build_network() finds them by name.

#include "workloads/networks/network.h"

namespace deltasim {

/// ResNet-50 v1.5 (He et al. 2016; stride in the 3x3 convolution): 25.56 M parameters, 4.09 GMAC.
Graph build_resnet50(const NetworkOptions& options);
/// ResNet-18 (He et al. 2016): 11.69 M parameters, 1.81 GMAC.
Graph build_resnet18(const NetworkOptions& options);
/// VGG-16, configuration D (Simonyan and Zisserman 2015): 138.36 M parameters, 15.47 GMAC.
Graph build_vgg16(const NetworkOptions& options);
/// AlexNet in its one-tower form (Krizhevsky 2014): 61.10 M parameters, 0.71 GMAC.
Graph build_alexnet(const NetworkOptions& options);
/// MobileNetV2 at width 1 (Sandler et al. 2018): 3.50 M parameters, 0.30 GMAC.
Graph build_mobilenet_v2(const NetworkOptions& options);

}  // namespace deltasim
