#include "workloads/onnx_reader/attributes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "arch/errors.h"
#include "workloads/onnx_reader/model.h"

namespace deltasim {
namespace {

using onnx::AttributeProto;

/// Padding of one dimension.
struct Padding {
  int before = 0;
  int after = 0;
};

/// One dimension of a sliding window, in numbers wide enough for absurd files.
struct Extent {
  std::int64_t input, kernel, stride, dilation;

  std::int64_t reach() const { return (kernel - 1) * dilation + 1; }
};

/// SAME_UPPER and SAME_LOWER: as many outputs as the stride leaves of the input.
Padding same_padding(const Extent& extent, bool more_after) {
  const std::int64_t outputs = (extent.input + extent.stride - 1) / extent.stride;
  const std::int64_t total =
      std::max<std::int64_t>(0, (outputs - 1) * extent.stride + extent.reach() - extent.input);
  const auto small = static_cast<int>(total / 2);
  const auto large = static_cast<int>(total - total / 2);
  return more_after ? Padding{small, large} : Padding{large, small};
}

/// Rounding the number of windows up is the same as more padding behind; a window that would start
/// in that padding does not exist (as in PyTorch, and ONNX since it says so).
Padding grown_padding(const Extent& extent, Padding padding) {
  const std::int64_t span = extent.input + padding.before + padding.after - extent.reach();
  if (span < 0) return padding;
  std::int64_t outputs = (span + extent.stride - 1) / extent.stride + 1;
  if ((outputs - 1) * extent.stride >= extent.input + padding.before) --outputs;
  const std::int64_t after =
      (outputs - 1) * extent.stride + extent.reach() - extent.input - padding.before;
  padding.after = std::max(padding.after, static_cast<int>(after));
  return padding;
}

std::vector<std::int64_t> pair_or(NodeReader& node, const std::string& name,
                                  std::int64_t value_if_absent) {
  std::vector<std::int64_t> values = node.integers(name);
  if (values.empty()) return {value_if_absent, value_if_absent};
  if (values.size() != 2) {
    node.refuse(name + " of " + std::to_string(values.size()) + " values",
                "2: windows slide over height and width");
  }
  return values;
}

Extent checked_extent(const NodeReader& node, const char* side, int input, std::int64_t kernel,
                      std::int64_t stride, std::int64_t dilation) {
  // Sizes that infer_shape() would refuse anyhow; here they must not overflow.
  constexpr std::int64_t kMax = 1 << 16;
  for (const std::int64_t value : {kernel, stride, dilation}) {
    if (value >= 1 && value <= kMax) continue;
    node.refuse(
        std::string("kernel, stride or dilation ") + std::to_string(value) + " (" + side + ")",
        "1 to " + std::to_string(kMax));
  }
  return {input, kernel, stride, dilation};
}

}  // namespace

NodeReader::NodeReader(const onnx::NodeProto& node, std::string file, int opset)
    : node_(node), file_(std::move(file)), label_(node_label(node, opset)), opset_(opset) {}

void NodeReader::refuse(std::string found, std::string expected) const {
  throw ConfigError(Fault{file_, 0, label_, std::move(found), std::move(expected), ""});
}

bool NodeReader::has(const std::string& name) const {
  return std::any_of(node_.attribute().begin(), node_.attribute().end(),
                     [&](const AttributeProto& attribute) { return attribute.name() == name; });
}

const AttributeProto* NodeReader::find(const std::string& name,
                                       AttributeProto::AttributeType type) {
  read_.insert(name);
  for (const AttributeProto& attribute : node_.attribute()) {
    if (attribute.name() != name) continue;
    if (attribute.type() != type || !attribute.ref_attr_name().empty()) {
      refuse(
          "attribute " + name + " of type " + AttributeProto::AttributeType_Name(attribute.type()),
          AttributeProto::AttributeType_Name(type));
    }
    return &attribute;
  }
  return nullptr;
}

std::int64_t NodeReader::integer(const std::string& name, std::int64_t value_if_absent) {
  const AttributeProto* attribute = find(name, AttributeProto::INT);
  return attribute != nullptr ? attribute->i() : value_if_absent;
}

float NodeReader::number(const std::string& name, float value_if_absent) {
  const AttributeProto* attribute = find(name, AttributeProto::FLOAT);
  return attribute != nullptr ? attribute->f() : value_if_absent;
}

std::string NodeReader::text(const std::string& name, const std::string& value_if_absent) {
  const AttributeProto* attribute = find(name, AttributeProto::STRING);
  return attribute != nullptr ? attribute->s() : value_if_absent;
}

std::vector<std::int64_t> NodeReader::integers(const std::string& name) {
  const AttributeProto* attribute = find(name, AttributeProto::INTS);
  if (attribute == nullptr) return {};
  return {attribute->ints().begin(), attribute->ints().end()};
}

const onnx::TensorProto* NodeReader::tensor(const std::string& name) {
  const AttributeProto* attribute = find(name, AttributeProto::TENSOR);
  return attribute != nullptr ? &attribute->t() : nullptr;
}

void NodeReader::require(const std::string& name, std::int64_t only_value) {
  const std::int64_t value = integer(name, only_value);
  if (value != only_value) {
    refuse(name + " " + std::to_string(value), name + " " + std::to_string(only_value));
  }
}

void NodeReader::require_all_read() const {
  for (const AttributeProto& attribute : node_.attribute()) {
    if (read_.contains(attribute.name())) continue;
    refuse("attribute " + attribute.name(), "only attributes that are known for this operator");
  }
}

Window read_window(NodeReader& node, const std::vector<std::int64_t>& kernel, const Shape& input,
                   bool* grown) {
  if (kernel.size() != 2) {
    node.refuse("a window over " + std::to_string(kernel.size()) + " dimensions",
                "height and width");
  }
  const auto strides = pair_or(node, "strides", 1);
  const auto dilations = pair_or(node, "dilations", 1);
  const Extent rows =
      checked_extent(node, "height", input.height, kernel[0], strides[0], dilations[0]);
  const Extent columns =
      checked_extent(node, "width", input.width, kernel[1], strides[1], dilations[1]);
  std::vector<std::int64_t> pads = node.integers("pads");
  if (pads.empty()) pads.assign(4, 0);
  if (pads.size() != 4) node.refuse("pads of " + std::to_string(pads.size()) + " values", "4");
  for (const std::int64_t pad : pads) {
    if (pad < 0 || pad > (1 << 16)) node.refuse("padding " + std::to_string(pad), "0 to 65536");
  }
  Padding vertical{static_cast<int>(pads[0]), static_cast<int>(pads[2])};
  Padding horizontal{static_cast<int>(pads[1]), static_cast<int>(pads[3])};
  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    vertical = same_padding(rows, auto_pad == "SAME_UPPER");
    horizontal = same_padding(columns, auto_pad == "SAME_UPPER");
  } else if (auto_pad == "VALID") {
    vertical = horizontal = Padding{};
  } else if (auto_pad != "NOTSET" && !auto_pad.empty()) {
    node.refuse("auto_pad " + auto_pad, "NOTSET, SAME_UPPER, SAME_LOWER or VALID");
  }
  if (grown != nullptr && node.integer("ceil_mode", 0) != 0) {
    const Padding taller = grown_padding(rows, vertical);
    const Padding wider = grown_padding(columns, horizontal);
    *grown = taller.after != vertical.after || wider.after != horizontal.after;
    vertical = taller;
    horizontal = wider;
  }
  return Window{.kernel_h = static_cast<int>(rows.kernel),
                .kernel_w = static_cast<int>(columns.kernel),
                .stride_h = static_cast<int>(rows.stride),
                .stride_w = static_cast<int>(columns.stride),
                .pad_top = vertical.before,
                .pad_bottom = vertical.after,
                .pad_left = horizontal.before,
                .pad_right = horizontal.after,
                .dilation_h = static_cast<int>(rows.dilation),
                .dilation_w = static_cast<int>(columns.dilation)};
}

int checked_int(const NodeReader& node, const std::string& what, std::int64_t value) {
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    node.refuse(what + " " + std::to_string(value), "a number of ordinary size");
  }
  return static_cast<int>(value);
}

}  // namespace deltasim
