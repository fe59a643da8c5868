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


def node(operator, inputs, outputs, name):
    encoded = b"".join(field(1, value) for value in inputs)
    encoded += b"".join(field(2, value) for value in outputs)
    return encoded + field(3, name) + field(4, operator)


def value_info(name, shape):
    dimensions = b"".join(field(1, field(1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dimensions)))


def model(nodes, opset=13, shape=(1, 3, 224, 224)):
    """From "input" to "output", without weights."""
    graph = b"".join(field(1, content) for content in nodes) + field(2, "graph")
    graph += field(11, value_info("input", shape)) + field(12, value_info("output", shape))
    return field(1, 7) + field(7, graph) + field(8, field(2, opset))
