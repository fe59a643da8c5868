#!/usr/bin/python3
"""Exports ResNet-50 v1.5 to ONNX from a .npz of weights (plain or quantized uint8).

Values, tensors and nodes are named as torchvision names modules; batch norms stay nodes of their
own. Needs Debian's python3-onnx and python3-numpy.
"""

import argparse

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BLOCKS = (3, 4, 6, 3)


def load_weights(path):
    """Parameters by torchvision's names, dequantized in float32."""
    arrays = np.load(path)
    weights = {}
    for name in arrays.files:
        if name.endswith(".weight_q"):
            base = name[: -len("_q")]
            codes = arrays[name].astype(np.float32) - arrays[base + "_zero"].astype(np.float32)
            weights[base] = codes * arrays[base + "_scale"]
        elif not name.endswith((".weight_scale", ".weight_zero")):
            weights[name] = arrays[name].astype(np.float32)
    return weights


class Exporter:
    """Appends nodes to an ONNX graph; each method gives the name of the value it computes."""

    def __init__(self, weights, typed):
        self.weights = weights
        self.typed = typed
        self.nodes = []
        self.initializers = []

    def parameter(self, name):
        values = self.weights[name]
        if self.typed:
            tensor = helper.make_tensor(name, TensorProto.FLOAT, values.shape, values.ravel())
        else:
            tensor = numpy_helper.from_array(np.ascontiguousarray(values), name)
        self.initializers.append(tensor)
        return name

    def node(self, operator, name, inputs, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [name + ":0"], name, **attributes))
        return name + ":0"

    def convolution(self, name, value, stride):
        weight = self.parameter(name + ".weight")
        kernel = self.weights[weight].shape[2]
        return self.node("Conv", name, [value, weight], kernel_shape=[kernel] * 2,
                         strides=[stride] * 2, pads=[(kernel - 1) // 2] * 4)

    def batch_norm(self, name, value):
        parts = ("weight", "bias", "running_mean", "running_var")
        parameters = [self.parameter(f"{name}.{part}") for part in parts]
        return self.node("BatchNormalization", name, [value, *parameters], epsilon=1e-5)

    def bottleneck(self, prefix, value, stride):
        shortcut = value
        for index, step in ((1, 1), (2, stride), (3, 1)):
            value = self.convolution(f"{prefix}.conv{index}", value, step)
            value = self.batch_norm(f"{prefix}.bn{index}", value)
            if index < 3:
                value = self.node("Relu", f"{prefix}.relu#{index - 1}", [value])
        if f"{prefix}.downsample.1.weight" in self.weights:
            shortcut = self.convolution(f"{prefix}.downsample.0", shortcut, stride)
            shortcut = self.batch_norm(f"{prefix}.downsample.1", shortcut)
        value = self.node("Add", f"{prefix}.add", [value, shortcut])
        return self.node("Relu", f"{prefix}.relu#2", [value])

    def network(self, pool_pads):
        value = self.batch_norm("bn1", self.convolution("conv1", "image", 2))
        value = self.node("Relu", "relu#0", [value])
        value = self.node("MaxPool", "maxpool", [value], kernel_shape=[3, 3], strides=[2, 2],
                          pads=pool_pads)
        for stage, blocks in enumerate(BLOCKS, start=1):
            for block in range(blocks):
                stride = 2 if block == 0 and stage > 1 else 1
                value = self.bottleneck(f"layer{stage}.{block}", value, stride)
        value = self.node("GlobalAveragePool", "avgpool", [value])
        value = self.node("Flatten", "flatten", [value])
        parameters = [self.parameter("fc.weight"), self.parameter("fc.bias")]
        return self.node("Gemm", "fc", [value, *parameters], transB=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", help=".npz of parameters")
    parser.add_argument("output", help=".onnx to write")
    parser.add_argument("--typed", action="store_true", help="typed, not raw, initializers")
    parser.add_argument("--opset", type=int, default=13)
    parser.add_argument("--torchvision-pool", action="store_true",
                        help="pad the stem pool by 1 on every side, not only behind")
    parser.add_argument("--channels", type=int, default=3,
                        help="input channels; other than 3: cross-modality initialisation")
    arguments = parser.parse_args()

    weights = load_weights(arguments.weights)
    if arguments.channels != 3:
        mean = weights["conv1.weight"].astype(np.float64).sum(axis=1, keepdims=True) / 3
        weights["conv1.weight"] = np.repeat(mean.astype(np.float32), arguments.channels, axis=1)
    exporter = Exporter(weights, arguments.typed)
    output = exporter.network([1, 1, 1, 1] if arguments.torchvision_pool else [0, 0, 1, 1])
    classes = weights["fc.bias"].shape[0]
    graph = helper.make_graph(
        exporter.nodes, "resnet50",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT,
                                       ["batch", arguments.channels, 224, 224])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", classes])],
        exporter.initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", arguments.opset)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, arguments.output)


if __name__ == "__main__":
    main()
