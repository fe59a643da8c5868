"""The few messages of onnx.proto that a broken network needs, in Protobuf's wire format."""


def varint(number):
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return bytes(encoded + bytes([number]))


def field(number, value):
    """An integer, or anything that has a length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def integers(name, values):
    """An attribute that is a list."""
    return field(1, name) + b"".join(field(8, value) for value in values) + field(20, 7)


def zeros(name, shape):
    """A float tensor for model()."""
    size = 4
    for extent in shape:
        size *= extent
    return b"".join(field(1, extent) for extent in shape) + field(2, 1) + field(8, name) + field(9, bytes(size))


def node(operator, inputs, outputs, name, attributes=()):
    encoded = b"".join(field(1, value) for value in inputs)
    encoded += b"".join(field(2, value) for value in outputs)
    encoded += field(3, name) + field(4, operator)
    return encoded + b"".join(field(5, attribute) for attribute in attributes)


def value_info(name, shape):
    dimensions = b"".join(field(1, field(1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dimensions)))


def model(nodes, opset=13, shape=(1, 3, 224, 224), weights=()):
    """From "input" to "output"."""
    graph = b"".join(field(1, content) for content in nodes) + field(2, "graph")
    graph += b"".join(field(5, tensor) for tensor in weights)
    graph += field(11, value_info("input", shape)) + field(12, value_info("output", shape))
    return field(1, 7) + field(7, graph) + field(8, field(2, opset))


def chain_of_convolutions(channels, size):
    """3x3 convolutions with a ReLU behind each."""
    nodes, weights = [], []
    source = "input"
    for i, (before, after) in enumerate(zip(channels, channels[1:])):
        target = "output" if i == len(channels) - 2 else f"relu{i}"
        weights.append(zeros(f"w{i}", (after, before, 3, 3)))
        nodes.append(node("Conv", [source, f"w{i}"], [f"conv{i}"], f"conv{i}",
                                    [integers("pads", (1, 1, 1, 1))]))
        nodes.append(node("Relu", [f"conv{i}"], [target], f"relu{i}"))
        source = target
    return model(nodes, shape=(1, channels[0], size, size), weights=weights)
