"""Writes the trace that python_writer_test.cpp expects: write_trace.py MODULE_FOLDER FILE MODE."""

import sys

import numpy as np

sys.path.insert(0, sys.argv[1])
import deltasim_trace  # noqa: E402  (the folder is known only now)


def small_graph():
    """The network of trace_support.h."""
    graph = deltasim_trace.Graph("small")
    x = graph.input("input", (13, 11, 3))
    x = graph.conv("conv1", x, 70, kernel=3, padding=1)
    x = graph.relu("relu1", x)
    pooled = graph.max_pool("pool", x, kernel=2)
    x = graph.conv("conv2", pooled, 70, kernel=3, padding=(1, 1), groups=70)
    x = graph.add("add", x, pooled)
    x = graph.relu6("relu2", x)
    x = graph.global_average_pool("average", x)
    x = graph.flatten("flatten", x)
    graph.fully_connected("fc", x, 5)
    return graph


def values(shape, frame, number):
    element = np.arange(np.prod(shape), dtype=np.int64)
    moved = np.where(element % 3 == 0, 17 * frame, 0)
    return np.maximum(0, (element * 31 + moved + number) % 7 - 3).reshape(shape).astype(np.float32)


def main():
    mode = sys.argv[3]
    streams = [deltasim_trace.Stream(name, small_graph(), "cross-modality")
               for name in ("spatial", "temporal")]
    with deltasim_trace.TraceWriter(
        sys.argv[2], streams, quantizer="step:1", values=mode == "values",
        video={"file": "clip.npy", "codec": "npy", "frames_per_second": 12.5, "start": 3,
               "count": 18},
    ) as writer:
        for frame in range(18):
            for number, stream in enumerate(streams):
                nodes = [stream.graph.nodes[i] for i in stream.maps]
                maps = {node.name: values(node.shape, frame, number) for node in nodes}
                writer.append(stream.name, maps, source_frame=3 + frame,
                              repeats_previous=frame == 5, top1=None if frame == 1 else 0)
                if mode == "fails" and frame == 2:
                    raise deltasim_trace.TraceError("stopped on purpose")


main()
