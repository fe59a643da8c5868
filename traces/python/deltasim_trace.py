"""Writes deltasim traces (.dtrace) from Python: a file of its own, without deltasim.

Needs NumPy. Debian 12: python3-numpy; python3-zstandard (smaller files) and python3-xxhash (faster)
are used where they are there. PyTorch is needed for record_torch() only.

By hand, for any framework::

    graph = Graph("mine")
    x = graph.input("input", (224, 224, 3))
    x = graph.conv("conv1", x, 64, kernel=7, stride=2, padding=3)
    x = graph.relu("relu1", x)
    ...
    with TraceWriter("clip.dtrace", [Stream("spatial", graph)], quantizer="step:3") as writer:
        for number, frame in enumerate(frames):
            maps = run(frame)            # {"input": [H, W, C], "relu1": [H, W, C], ...}, quantized
            writer.append("spatial", maps, source_frame=number)

With PyTorch::

    recorder = TorchRecorder(model, input_shape=(224, 224, 3), quantize=lambda name, x: ...)
    with TraceWriter("clip.dtrace", [recorder.stream("spatial")], quantizer="mine") as writer:
        for frame in frames:             # tensors [3, 224, 224]
            recorder.record(writer, "spatial", frame)

docs/trace-format.md in deltasim's source specifies the file.
"""

import os
import struct

import numpy as np

try:
    import zstandard
except ImportError:
    zstandard = None
try:
    import xxhash
except ImportError:
    xxhash = None

__all__ = ["Graph", "Stream", "TraceWriter", "TorchRecorder", "TraceError"]

SCHEMA = 1
MAGIC = b"\x89dtrace\n"
END_MAGIC = b"dtraceE\n"
HEADER, KEY_FRAME, INDEX = 1, 2, 4
WEIGHTS_KINDS = {"trained": 1, "cross-modality": 2, "untrained": 3}
INPUT_MAP, SITE_MAP, DERIVED_MAP = 1, 2, 3
PLAIN = 1


class TraceError(ValueError):
    """What was asked for does not fit together."""


# ---- Protobuf: the few wire types that the messages need ----------------------------------------


def _varint(value):
    value &= (1 << 64) - 1  # negative numbers as ten bytes, as Protobuf has them
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _int(field, value):
    return _varint(field << 3) + _varint(int(value)) if value else b""


def _bytes(field, value, always=False):
    if isinstance(value, str):
        value = value.encode()
    return _varint(field << 3 | 2) + _varint(len(value)) + value if value or always else b""


def _double(field, value):
    return _varint(field << 3 | 1) + struct.pack("<d", value) if value else b""


def _packed(field, values):
    return _bytes(field, b"".join(_varint(int(value)) for value in values))


# ---- zstd and XXH3, with and without their packages ---------------------------------------------


def _raw_zstd(content):
    """A zstd frame (RFC 8878) of blocks that are not compressed."""
    limit = 128 * 1024
    blocks = [content[i : i + limit] for i in range(0, len(content), limit)] or [b""]
    # Single segment, so no window; content size in eight bytes.
    out = [struct.pack("<IBQ", 0xFD2FB528, 0xE0, len(content))]
    for number, block in enumerate(blocks):
        last = number + 1 == len(blocks)
        out.append(struct.pack("<I", len(block) << 3 | last)[:3])
        out.append(block)
    return b"".join(out)


def _compress(content):
    if zstandard is None:
        return _raw_zstd(content)
    return zstandard.ZstdCompressor(level=1).compress(content)


# The default secret that XXH3's specification lists.
_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578"
    "825ad07dccff7221b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea3"
    "71644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931"
    "c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)
_MASK = (1 << 64) - 1
_P32 = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
_P64 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
        0x27D4EB2F165667C5)


def _u64(data, at):
    return int.from_bytes(data[at : at + 8], "little")


def _fold(a, b):
    product = a * b
    return (product ^ product >> 64) & _MASK


def _avalanche(h):
    h ^= h >> 37
    h = h * 0x165667919E3779F9 & _MASK
    return h ^ h >> 32


def _mix16(data, at, secret):
    return _fold(_u64(data, at) ^ _u64(_SECRET, secret),
                 _u64(data, at + 8) ^ _u64(_SECRET, secret + 8))


def _xxh3_short(data):
    """17 to 240 bytes."""
    size = len(data)
    acc = size * _P64[0]
    if size <= 128:
        for i in range((size - 1) // 32, -1, -1):
            acc += _mix16(data, 16 * i, 32 * i) + _mix16(data, size - 16 * (i + 1), 32 * i + 16)
        return _avalanche(acc & _MASK)
    for i in range(8):
        acc += _mix16(data, 16 * i, 16 * i)
    acc = _avalanche(acc & _MASK)
    for i in range(8, size // 16):
        acc += _mix16(data, 16 * i, 16 * (i - 8) + 3)
    acc += _mix16(data, size - 16, 136 - 17)
    return _avalanche(acc & _MASK)


def _stripe_sums(stripes, secrets):
    """What 64-byte stripes add to the eight accumulators: [n, 8] words, [n or 1, 8] keys."""
    keyed = stripes ^ secrets
    product = (keyed & np.uint64(0xFFFFFFFF)) * (keyed >> np.uint64(32))
    swapped = stripes.reshape(-1, 4, 2)[:, :, ::-1].reshape(-1, 8)
    return product + swapped


def _xxh3_long(data):
    """More than 240 bytes."""
    secret_words = [np.frombuffer(_SECRET, "<u8", 8, 8 * i) for i in range(16)]
    stripes = (len(data) - 1) // 64
    words = np.frombuffer(data, "<u8", stripes * 8).reshape(-1, 8)
    keys = np.array([secret_words[i % 16] for i in range(16)])
    acc = np.array([_P32[2], _P64[0], _P64[1], _P64[2], _P64[3], _P32[1], _P64[4], _P32[0]], "<u8")
    scramble = np.frombuffer(_SECRET, "<u8", 8, len(_SECRET) - 64)
    blocks = stripes // 16
    prime = np.uint64(_P32[0])
    with np.errstate(over="ignore"):
        if blocks:
            sums = _stripe_sums(words[: blocks * 16], np.tile(keys, (blocks, 1)))
            for block in sums.reshape(blocks, 16, 8).sum(axis=1, dtype=np.uint64):
                acc = acc + block
                acc = ((acc ^ acc >> np.uint64(47)) ^ scramble) * prime
        rest = words[blocks * 16 :]
        if len(rest):
            acc = acc + _stripe_sums(rest, keys[: len(rest)]).sum(axis=0, dtype=np.uint64)
        last = np.frombuffer(data[-64:], "<u8").reshape(1, 8)
        last_key = np.frombuffer(_SECRET, "<u8", 8, len(_SECRET) - 64 - 7).reshape(1, 8)
        acc = acc + _stripe_sums(last, last_key)[0]
    acc = [int(value) for value in acc]
    result = len(data) * _P64[0]
    for i in range(4):
        result += _fold(acc[2 * i] ^ _u64(_SECRET, 11 + 16 * i),
                        acc[2 * i + 1] ^ _u64(_SECRET, 19 + 16 * i))
    return _avalanche(result & _MASK)


def _xxh3_16(data):
    """9 to 16 bytes: the footer."""
    flip_low = _u64(_SECRET, 24) ^ _u64(_SECRET, 32)
    flip_high = _u64(_SECRET, 40) ^ _u64(_SECRET, 48)
    low = _u64(data, 0) ^ flip_low
    high = _u64(data, len(data) - 8) ^ flip_high
    swapped = int.from_bytes(low.to_bytes(8, "little"), "big")
    return _avalanche(len(data) + swapped + high + _fold(low, high) & _MASK)


def _checksum(data):
    """XXH3-64 of 9 bytes or more, seed 0."""
    if xxhash is not None:
        return xxhash.xxh3_64_intdigest(data)
    if len(data) <= 16:
        return _xxh3_16(data)
    return _xxh3_short(data) if len(data) <= 240 else _xxh3_long(data)


# ---- The network --------------------------------------------------------------------------------


def _pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def _paddings(value):
    """One number, (vertical, horizontal) or (top, bottom, left, right)."""
    value = value if isinstance(value, (tuple, list)) else (value,) * 4
    return tuple(value) if len(value) == 4 else (value[0], value[0], value[1], value[1])


class _Window:
    def __init__(self, kernel, stride, padding, dilation):
        self.kernel, self.stride = _pair(kernel), _pair(stride)
        self.padding, self.dilation = _paddings(padding), _pair(dilation)

    def extents(self, height, width, name):
        result = []
        for axis, size in enumerate((height, width)):
            before, after = self.padding[2 * axis : 2 * axis + 2]
            span = (self.kernel[axis] - 1) * self.dilation[axis] + 1
            if size + before + after < span:
                raise TraceError(f"{name}: the window of {span} does not fit in {size} elements")
            result.append((size + before + after - span) // self.stride[axis] + 1)
        return tuple(result)

    def message(self):
        numbers = (*self.kernel, *self.stride, *self.padding, *self.dilation)
        return b"".join(_int(field, number) for field, number in enumerate(numbers, 1))


class _Node:
    def __init__(self, name, inputs, shape, field, operation, kind):
        self.name, self.inputs, self.shape = name, inputs, tuple(int(n) for n in shape)
        self.field, self.operation, self.kind = field, operation, kind


def _shape_message(shape):
    return b"".join(_int(field, extent) for field, extent in enumerate(shape, 1))


class Graph:
    """A network without batch norms (fold them): nodes in the order in which they run.

    Every method appends a node and returns its number, which later nodes take as input. Shapes are
    (height, width, channels).
    """

    def __init__(self, name):
        self.name = name
        self.nodes = []

    def shape(self, node):
        return self.nodes[node].shape

    def input(self, name, shape):
        if self.nodes:
            raise TraceError("a network has one input, and it comes first")
        return self._add(name, [], shape, 10, _shape_message(shape), "input")

    def conv(self, name, x, out_channels, kernel, stride=1, padding=0, dilation=1, groups=1):
        window = _Window(kernel, stride, padding, dilation)
        height, width, channels = self.shape(x)
        if channels % groups or out_channels % groups:
            raise TraceError(f"{name}: {groups} groups do not divide its channels")
        message = _bytes(1, window.message()) + _int(2, out_channels) + _int(3, groups)
        extents = window.extents(height, width, name)
        return self._add(name, [x], (*extents, out_channels), 11, message, "layer")

    def fully_connected(self, name, x, out_features):
        return self._add(name, [x], (1, 1, out_features), 12, _int(1, out_features), "layer")

    def relu(self, name, x):
        return self._add(name, [x], self.shape(x), 14, b"", "activation")

    def relu6(self, name, x):
        return self._add(name, [x], self.shape(x), 15, b"", "activation")

    def add(self, name, *inputs):
        return self._add(name, inputs, self.shape(inputs[0]), 16, b"", "add")

    def concat(self, name, *inputs):
        height, width, _ = self.shape(inputs[0])
        channels = sum(self.shape(x)[2] for x in inputs)
        return self._add(name, inputs, (height, width, channels), 17, b"", "concat")

    def max_pool(self, name, x, kernel, stride=None, padding=0, dilation=1):
        window = _Window(kernel, stride or kernel, padding, dilation)
        height, width, channels = self.shape(x)
        extents = window.extents(height, width, name)
        return self._add(name, [x], (*extents, channels), 18, window.message(), "pool")

    def average_pool(self, name, x, kernel, stride=None, padding=0, count_include_pad=True):
        window = _Window(kernel, stride or kernel, padding, 1)
        height, width, channels = self.shape(x)
        message = _bytes(1, window.message()) + _int(2, count_include_pad)
        extents = window.extents(height, width, name)
        return self._add(name, [x], (*extents, channels), 19, message, "pool")

    def global_average_pool(self, name, x):
        return self._add(name, [x], (1, 1, self.shape(x)[2]), 20, b"", "pool")

    def flatten(self, name, x):
        return self._add(name, [x], (1, 1, int(np.prod(self.shape(x)))), 21, b"", "flatten")

    def softmax(self, name, x):
        return self._add(name, [x], self.shape(x), 22, b"", "softmax")

    def recorded_maps(self):
        """Numbers of the nodes whose maps a trace holds: activations and the layers' inputs."""
        recorded = set()
        for number, node in enumerate(self.nodes):
            if node.kind == "activation":
                recorded.add(number)
            if node.kind == "layer":
                source = node.inputs[0]
                while self.nodes[source].kind == "flatten":
                    source = self.nodes[source].inputs[0]
                recorded.add(source)
        return sorted(recorded)

    def _add(self, name, inputs, shape, field, operation, kind):
        if any(node.name == name for node in self.nodes):
            raise TraceError(f"two nodes are called {name}")
        self.nodes.append(_Node(name, list(inputs), shape, field, operation, kind))
        return len(self.nodes) - 1

    def message(self):
        out = _bytes(1, self.name)
        for node in self.nodes:
            out += _bytes(2, _bytes(1, node.name) + _packed(2, node.inputs)
                          + _bytes(4, _shape_message(node.shape))
                          + _bytes(node.field, node.operation, always=True))
        return out


class Stream:
    """One network of the trace, such as "spatial"."""

    def __init__(self, name, graph, weights_kind="trained", weights_sha256=""):
        if weights_kind not in WEIGHTS_KINDS:
            raise TraceError(f"weights are {', '.join(WEIGHTS_KINDS)}, not {weights_kind}")
        self.name, self.graph = name, graph
        self.weights_kind, self.weights_sha256 = weights_kind, weights_sha256
        self.maps = graph.recorded_maps()

    def message(self):
        kinds = {"input": INPUT_MAP, "activation": SITE_MAP}
        out = _bytes(1, self.name) + _bytes(2, self.graph.message())
        for number in self.maps:
            node = self.graph.nodes[number]
            out += _bytes(3, _int(1, number) + _bytes(2, node.name)
                          + _int(3, kinds.get(node.kind, DERIVED_MAP))
                          + _bytes(4, _shape_message(node.shape)))
        return out + _int(4, WEIGHTS_KINDS[self.weights_kind]) + _bytes(5, self.weights_sha256)


# ---- The file -----------------------------------------------------------------------------------


class TraceWriter:
    """Writes FILE.partial and gives the file its name when it is closed without an error.

    video: any of file, sha256, codec, width, height, frames_per_second, start, count, stride.
    values: whether the frames hold the quantized values as well as the bits.
    """

    def __init__(self, file, streams, quantizer="", backend="python", video=None, values=False,
                 tool_version="deltasim_trace.py 1"):
        self._name, self._values = os.fspath(file), values
        self._streams = list(streams)
        self._numbers = {stream.name: i for i, stream in enumerate(self._streams)}
        if len(self._numbers) != len(self._streams) or not self._streams:
            raise TraceError("a trace has at least one stream, and no two of one name")
        self._previous = [None] * len(self._streams)
        self._offsets = [[] for _ in self._streams]
        header = (_bytes(1, tool_version) + _bytes(2, quantizer) + _bytes(3, backend)
                  + _bytes(4, self._video_message(video or {}))
                  + b"".join(_bytes(5, stream.message()) for stream in self._streams)
                  + _int(6, values))
        self._file = open(self._name + ".partial", "wb")
        self._file.write(MAGIC + struct.pack("<II", SCHEMA, 0))
        self._record(HEADER, 0, 0, _compress(header))

    def append(self, stream, maps, source_frame=None, repeats_previous=False, top1=None):
        """The next frame of a stream.

        maps: by node name the quantized values of every recorded map, [H, W, C] or, for vectors,
        [C]. Elements are compared with the frame before exactly: quantize first.
        """
        number = self._numbers[stream]
        info = self._streams[number]
        frame = len(self._offsets[number])
        previous = self._previous[number]
        heads, data, now = b"", [], []
        for index, node_number in enumerate(info.maps):
            node = info.graph.nodes[node_number]
            values = self._map_values(node, maps)
            before = previous[index] if previous else np.zeros_like(values)
            head, content = self._map(values, before)
            heads += _bytes(5, head)
            data.append(content)
            now.append(values)
        head = _int(1, frame if source_frame is None else source_frame) + _int(2, repeats_previous)
        if top1 is not None:
            head += _varint(3 << 3) + _varint(int(top1))  # present even where it is 0
        head += heads
        payload = struct.pack("<I", len(head)) + head + b"".join(data)
        self._offsets[number].append(self._file.tell())
        # Every frame is plain, so that each can be read without the one before.
        self._record(KEY_FRAME, number, frame, payload)
        self._previous[number] = now

    def close(self):
        """Writes the index and gives the file its name."""
        offset = self._file.tell()
        index = b""
        for offsets in self._offsets:
            steps = [now - before for before, now in zip([0] + offsets, offsets)]
            index += _bytes(1, _packed(1, steps) + _packed(2, range(len(offsets))), always=True)
        self._record(INDEX, 0, 0, _compress(index))
        tail = struct.pack("<QQ", offset, 0)
        self._file.write(tail + struct.pack("<Q", _checksum(tail)) + END_MAGIC)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._name + ".partial", self._name)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.close()
        else:
            self._file.close()  # what was written can be read under FILE.partial

    @staticmethod
    def _video_message(video):
        known = ("file", "sha256", "codec", "width", "height", "frames_per_second", "start",
                 "count", "stride")
        unknown = set(video) - set(known)
        if unknown:
            raise TraceError(f"video has no {', '.join(sorted(unknown))}, but {', '.join(known)}")
        video = {"stride": 1, **video}
        out = b""
        for field, key in enumerate(known, 1):
            put = _bytes if field <= 3 else _double if field == 6 else _int
            out += put(field, video.get(key, "" if field <= 3 else 0))
        return out

    @staticmethod
    def _map_values(node, maps):
        if node.name not in maps:
            raise TraceError(f"the frame has no map {node.name}")
        values = np.ascontiguousarray(maps[node.name], dtype=np.float32)
        fits = values.shape in (node.shape, node.shape[2:])
        if not fits or values.size != int(np.prod(node.shape)):
            raise TraceError(f"map {node.name} is {values.shape}, not {node.shape}")
        if np.isnan(values).any():
            raise TraceError(f"map {node.name} holds values that are no number")
        return values.ravel().copy()  # the caller's array may be used again

    def _map(self, values, before):
        active = values != 0
        streams = [np.packbits(bits, bitorder="little").tobytes()
                   for bits in (active, values != before)]
        kept = values[active].astype("<f4").tobytes() if self._values else b""
        data = _compress(b"".join(streams) + kept)
        lengths = [len(stream) for stream in streams]
        head = _int(1, PLAIN) + _packed(2, lengths) + _int(3, len(kept)) + _int(4, len(data))
        return head, data

    def _record(self, kind, stream, frame, payload):
        head = struct.pack("<IIQQ", kind, stream, frame, len(payload))
        self._file.write(head + struct.pack("<Q", _checksum(head + payload)) + payload)


# ---- PyTorch ------------------------------------------------------------------------------------


def _hwc(tensor):
    """[1, C, H, W] or [1, C] as [H, W, C]; a copy, since layers may work in place."""
    array = np.array(tensor.detach().cpu().numpy()[0])
    return array.reshape(1, 1, -1) if array.ndim == 1 else array.transpose(1, 2, 0)


class TorchRecorder:
    """Runs a torch.nn.Module frame by frame and records its maps.

    The model is traced with torch.fx. It may hold Conv2d, Linear, BatchNorm2d (behind a
    convolution: taken for folded), ReLU, ReLU6, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d(1),
    Flatten, Softmax, Dropout and Identity, additions and concatenations of maps; anything else is
    an error that names it. The model is put into evaluation mode.

    quantize(name, tensor) -> tensor is called for every activation's output, and the network goes
    on with what it returns; without it the maps are recorded as they are.
    """

    def __init__(self, model, input_shape, quantize=None, name=None):
        import torch
        import torch.fx

        self._torch = torch
        self._quantize = quantize
        self._traced = torch.fx.symbolic_trace(model.eval())
        self._modules = dict(self._traced.named_modules())
        self.graph = Graph(name or type(model).__name__.lower())
        self._nodes = {}  # torch.fx node -> number in self.graph
        for node in self._traced.graph.nodes:
            if node.op == "placeholder":
                self._nodes[node] = self.graph.input("input", input_shape)
            elif node.op != "output":
                self._nodes[node] = self._convert(node)
        self._recorded = {number: self.graph.nodes[number].name
                          for number in self.graph.recorded_maps()}

    def stream(self, name, weights_kind="trained", weights_sha256=""):
        return Stream(name, self.graph, weights_kind, weights_sha256)

    def record(self, writer, stream, frame, **details):
        """frame: [C, H, W]. details: as for TraceWriter.append. Returns the model's output."""
        torch, recorder, maps = self._torch, self, {}

        class Interpreter(torch.fx.Interpreter):
            def run_node(self, node):
                value = super().run_node(node)
                number = recorder._nodes.get(node)
                if number is None or not recorder._is_last(node, number):
                    return value
                kind = recorder.graph.nodes[number].kind
                if kind == "activation" and recorder._quantize:
                    value = recorder._quantize(recorder.graph.nodes[number].name, value)
                if number in recorder._recorded:
                    maps[recorder._recorded[number]] = _hwc(value)
                return value

        with torch.no_grad():
            output = Interpreter(self._traced).run(frame[None])
        writer.append(stream, maps, **{"top1": int(output[0].argmax()), **details})
        return output

    def _is_last(self, node, number):
        """Several torch.fx nodes may stand for one of ours (a batch norm is its convolution)."""
        return not any(self._nodes.get(user) == number for user in node.users)

    def _convert(self, node):
        inputs = [self._nodes[x] for x in node.all_input_nodes]
        name = node.name.replace("_", ".") if node.op != "call_module" else str(node.target)
        if any(existing.name == name for existing in self.graph.nodes):
            name = f"{name}#{node.name}"  # a module that is called several times
        if node.op == "call_module":
            return self._module(name, self._modules[node.target], inputs[0])
        return self._function(name, node, inputs)

    def _module(self, name, module, x):
        nn, graph = self._torch.nn, self.graph
        if isinstance(module, (nn.Dropout, nn.Dropout2d, nn.Identity)):
            return x
        if isinstance(module, nn.BatchNorm2d) and graph.nodes[x].kind == "layer":
            return x
        if isinstance(module, nn.Conv2d) and not isinstance(module.padding, str):
            return graph.conv(name, x, module.out_channels, module.kernel_size, module.stride,
                              module.padding, module.dilation, module.groups)
        if isinstance(module, nn.Linear):
            return graph.fully_connected(name, x, module.out_features)
        if isinstance(module, nn.ReLU):
            return graph.relu(name, x)
        if isinstance(module, nn.ReLU6):
            return graph.relu6(name, x)
        if isinstance(module, nn.MaxPool2d) and not module.ceil_mode:
            return graph.max_pool(name, x, module.kernel_size, module.stride, module.padding,
                                  module.dilation)
        if isinstance(module, nn.AvgPool2d) and not module.ceil_mode:
            return graph.average_pool(name, x, module.kernel_size, module.stride, module.padding,
                                      module.count_include_pad)
        if isinstance(module, nn.AdaptiveAvgPool2d):
            return self._adaptive_pool(name, x, _pair(module.output_size))
        if isinstance(module, nn.Flatten):
            return graph.flatten(name, x)
        if isinstance(module, nn.Softmax):
            return graph.softmax(name, x)
        raise TraceError(f"module {name}: {module} cannot be recorded")

    def _adaptive_pool(self, name, x, size):
        if size == (1, 1):
            return self.graph.global_average_pool(name, x)
        if size == self.graph.shape(x)[:2]:
            return x
        raise TraceError(f"module {name}: an adaptive pool to {size} cannot be recorded")

    def _function(self, name, node, inputs):
        import operator

        torch, graph = self._torch, self.graph
        functional = torch.nn.functional
        target = node.target
        if target in (operator.add, operator.iadd, torch.add, "add", "add_") and len(inputs) == 2:
            return graph.add(name, *inputs)
        if target in (torch.cat, getattr(torch, "concat", None)):
            return graph.concat(name, *inputs)
        if target in (torch.flatten, "flatten", "view", "reshape"):
            return graph.flatten(name, inputs[0])
        if target in (torch.relu, functional.relu, "relu", "relu_"):
            return graph.relu(name, inputs[0])
        if target is functional.relu6:
            return graph.relu6(name, inputs[0])
        if target is functional.adaptive_avg_pool2d:
            return self._adaptive_pool(name, inputs[0], _pair(node.args[1]))
        if target in (functional.dropout,):
            return inputs[0]
        raise TraceError(f"{node.op} {target} ({node.name}) cannot be recorded")
