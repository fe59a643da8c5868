#!/usr/bin/env python3
"""run --timeline and --vcd: valid files that add up to the result, and input that is wrong."""
import collections
import re
import unittest

from support import CommandTest

LAYER = "features.3"
PICOSECOND = 1e-6  # in microseconds
CYCLE = 0.002      # microseconds, 500 MHz


class Timeline(CommandTest):
    trace = b""

    def setUp(self):
        super().setUp()
        if self.trace:
            self.write("a.dtrace", self.trace)
        self.write("e.yaml", "trace: a.dtrace\nmodes: [dense, delta]\n")
        if self.trace:
            return
        self.done("trace", "synth", "-q", "--network", "alexnet", "--delta", "0.02", "--frames", "2",
                  "-o", "a.dtrace")
        Timeline.trace = self.bytes_of("a.dtrace")

    def draw(self, *options, name="t.json"):
        self.done("run", "-q", "e.yaml", "-o", "out", "--timeline", name, *options)
        return self.json(name)

    def rows(self, document):
        """(process, thread) names by their numbers."""
        processes, threads = {}, {}
        for event in document["traceEvents"]:
            if event["ph"] == "M" and event["name"] == "process_name":
                processes[event["pid"]] = event["args"]["name"]
            if event["ph"] == "M" and event["name"] == "thread_name":
                threads[event["pid"], event["tid"]] = event["args"]["name"]
        return {key: (processes[key[0]], name) for key, name in threads.items()}

    def slices(self, document):
        """Complete events by (part, track)."""
        rows = self.rows(document)
        slices = collections.defaultdict(list)
        for event in document["traceEvents"]:
            if event["ph"] == "X":
                slices[rows[event["pid"], event["tid"]]].append(event)
        return slices

    def test_a_whole_frame_adds_up_to_the_result(self):
        document = self.draw("--timeline-events", "5000000")
        self.assertEqual(document["displayTimeUnit"], "ns")
        self.assertEqual(document["otherData"]["mode"], "delta")
        self.assertEqual(document["otherData"]["left_out"], [])
        slices = self.slices(document)
        frame, = slices["frames and layers", "frames"]
        layers = slices["frames and layers", "layers"]
        self.assertEqual(frame["name"], "frame 1, spatial stream")
        expected = self.json("out/result.json")["modes"]["delta"]["streams"]["spatial"]["layers"]
        self.assertEqual([layer["name"] for layer in layers], [layer["name"] for layer in expected])
        self.assertAlmostEqual(sum(layer["dur"] for layer in layers), frame["dur"])

        def busy(*row):
            return sum(event["dur"] for event in slices[row])

        def counted(key):
            return sum(layer["args"][key] for layer in layers) * CYCLE

        self.assertAlmostEqual(busy("PE array", "array"), counted("array_cycles"))
        self.assertAlmostEqual(busy("delta unit", "lanes"), counted("delta_unit_cycles"))
        rounding = len(layers) * CYCLE
        self.assertAlmostEqual(busy("DRAM", "channel 0 data bus"), counted("dram_cycles"), delta=rounding)
        self.assertAlmostEqual(busy("NoC", "into the array"), counted("noc_cycles"), delta=rounding)
        for row, events in slices.items():
            free = 0
            for event in events:
                self.assertGreaterEqual(event["ts"], free - PICOSECOND / 2, row)
                free = event["ts"] + event["dur"]
            self.assertLessEqual(free, frame["ts"] + frame["dur"] + PICOSECOND / 2, row)
        self.check_counters(document)
        times = [event["ts"] for event in document["traceEvents"] if event["ph"] in "XC"]
        self.assertEqual(times, sorted(times))

    def check_counters(self, document):
        last = {}
        for event in document["traceEvents"]:
            if event["ph"] == "C":
                self.assertGreaterEqual(event["args"]["value"], 0)
                last[event["pid"], event["name"]] = event["args"]["value"]
        self.assertGreater(len(last), 4)
        self.assertEqual(set(last.values()), {0})

    def test_frames_follow_one_another(self):
        document = self.draw("--timeline-frames", "0:2", "--timeline-layers", LAYER)
        frames = self.slices(document)["frames and layers", "frames"]
        self.assertEqual([frame["name"] for frame in frames],
                         ["frame 0, spatial stream", "frame 1, spatial stream"])
        self.assertAlmostEqual(frames[0]["ts"] + frames[0]["dur"], frames[1]["ts"])
        drawn = self.slices(document)["frames and layers", "layers"]
        layers = self.json("out/result.json")["modes"]["delta"]["streams"]["spatial"]["layers"]
        expected, = (layer for layer in layers if layer["name"] == LAYER)
        self.assertEqual(sum(layer["args"]["cycles"] for layer in drawn), expected["cycles"])
        self.assertEqual(sum(layer["args"]["macs"] for layer in drawn), expected["macs"]["executed"])

    def test_the_same_bytes_every_time_and_the_same_result(self):
        layers = ("--timeline-layers", "features.*")
        self.draw(*layers, "--jobs", "1")
        drawn, result = self.bytes_of("t.json"), self.bytes_of("out/result.json")
        self.draw(*layers, "--jobs", "2", name="u.json")
        self.assertEqual(self.bytes_of("u.json"), drawn)
        self.done("run", "-q", "e.yaml", "-o", "plain")
        self.assertEqual(self.bytes_of("plain/result.json"), result)

    def test_layers_and_tiles(self):
        whole = self.draw("--timeline-layers", "features.*")
        layer, = (event for event in self.slices(whole)["frames and layers", "layers"]
                  if event["name"] == LAYER)
        part = self.draw("--timeline-layers", LAYER, name="u.json")
        self.assertEqual(self.slices(part)["frames and layers", "layers"], [layer])
        for row, slices in self.slices(part).items():
            if row != ("frames and layers", "frames"):
                self.assertGreaterEqual(slices[0]["ts"], layer["ts"], row)
        two = self.draw("--timeline-layers", "features.0,fea*8", name="u.json")
        self.assertEqual([event["name"] for event in self.slices(two)["frames and layers", "layers"]],
                         ["features.0", "features.8"])
        tiles = self.draw("--timeline-layers", LAYER, "--timeline-tiles", "1:1", name="u.json")
        loaded = [event["name"] for event in self.slices(tiles)["sequencer", "load"]]
        self.assertEqual(loaded[0], "tile 1")
        self.assertLess(len(tiles["traceEvents"]), len(part["traceEvents"]))

    def test_other_modes(self):
        document = self.draw("--timeline-mode", "dense", "--timeline-layers", LAYER)
        layer, = self.slices(document)["frames and layers", "layers"]
        self.assertEqual(layer["args"]["mode"], "dense")
        self.draw("--set", "modes=[delta, selective]", "--timeline-mode", "selective",
                  "--timeline-layers", LAYER)
        self.draw("--set", "baseline=systolic_32x32_os", "--timeline-mode", "baseline",
                  "--timeline-layers", LAYER)

    def test_a_limit_that_is_reached_is_told(self):
        process = self.run_program("run", "e.yaml", "-o", "out", "--timeline", "t.json",
                                   "--timeline-frames", "0:2", "--timeline-events", "2000")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertRegex(process.stderr, r"the timeline ends [\d.]+ us after the begin of frame 0, "
                                         r"spatial stream: its limit of 2000 events is reached, and "
                                         r"about [1-9]\d+ more are left out")
        self.assertIn("1 more of the selected frames are left out", process.stderr)
        document = self.json("t.json")
        self.assertEqual(len(document["otherData"]["left_out"]), 2)
        events = [event for event in document["traceEvents"] if event["ph"] in "XC"]
        self.assertLess(len(events), 2000 + 100)  # and the layers
        self.assertGreater(len(events), 1000)

    def waveforms(self, *options):
        self.done("run", "-q", "e.yaml", "-o", "out", "--vcd", "w.vcd", "--timeline", "t.json",
                  "--timeline-layers", LAYER, *options)
        return self.bytes_of("w.vcd").decode()

    def test_waveforms(self):
        text = self.waveforms()
        layer, = self.slices(self.json("t.json"))["frames and layers", "layers"]
        self.assertIn("$version", text)
        self.assertRegex(text, r"\$timescale\s+1 ps\s+\$end")
        head, body = text.split("$enddefinitions")
        identifiers, scope = {}, []
        for words in map(str.split, head.splitlines()):
            if words[:1] == ["$scope"]:
                scope.append(words[2])
            elif words[:1] == ["$upscope"]:
                scope.pop()
            elif words[:1] == ["$var"]:
                identifiers[words[3]] = ".".join([*scope[1:], words[4]])
        names = set(identifiers.values())
        self.assertLessEqual({"layer_runs", "dma.load", "dram.channel_0_data_bus", "pe_array.array",
                              "pe_array.pe_group_0", "delta_unit.lanes", "sequencer.compute_tile",
                              "dram.channel_0_bursts_waiting"}, names)
        self.assertEqual(len(names), len(identifiers))
        time, last, high, since = 0, 0, collections.Counter(), {}
        values = {}
        for line in body.splitlines():
            if line.startswith("#"):
                self.assertGreater(int(line[1:]), time)
                time = last = int(line[1:])
            elif change := re.fullmatch(r"([01]|b[01]+ )(\w+)", line):
                value, name = int(change[1].strip().lstrip("b"), 2), identifiers[change[2]]
                if value == 1 and name not in since:
                    since[name] = time
                elif value == 0 and name in since:
                    high[name] += time - since.pop(name)
                values[name] = value
        self.assertEqual(last, round(layer["args"]["cycles"] * CYCLE / PICOSECOND))
        self.assertEqual(high["layer_runs"], last)
        self.assertEqual(values["layer_runs"], 0)
        cycle = round(CYCLE / PICOSECOND)
        self.assertEqual(high["pe_array.array"], layer["args"]["array_cycles"] * cycle)
        self.assertEqual(high["delta_unit.lanes"], layer["args"]["delta_unit_cycles"] * cycle)

    def refuses(self, options, *fragments):
        self.refused(["run", "-q", "e.yaml", "-o", "out", *options], *fragments)

    def test_selections_that_do_not_exist(self):
        self.done("run", "-q", "e.yaml", "-o", "out")
        draw = ["--timeline", "t.json"]
        self.refuses([*draw, "--timeline-layers", "feature.3"], "--timeline-layers", "feature.3",
                     "did you mean features.3?")
        self.refuses([*draw, "--timeline-layers", "features.0,block*"], "'block*'")
        self.refuses([*draw, "--timeline-mode", "detla"], "--timeline-mode", "dense, delta",
                     "did you mean delta?")
        self.refuses([*draw, "--timeline-mode", "spatial"], "one of dense, delta")
        self.refuses([*draw, "--timeline-streams", "spatal"], "did you mean spatial?")
        self.refuses([*draw, "--timeline-frames", "1:2"], "--timeline-frames", "1:2", "0 to 1")
        self.refuses([*draw, "--timeline-frames", "1"], "--timeline-frames", "START:COUNT")
        self.refuses([*draw, "--timeline-frames", "0:9223372036854775807"], "--timeline-frames")
        self.refuses([*draw, "--timeline-tiles", "0:0"], "--timeline-tiles", "START:COUNT")
        self.refuses([*draw, "--timeline-tiles", "100000:1", "--timeline-layers", LAYER],
                     "--timeline-tiles", "a start below")
        self.refuses([*draw, "--timeline-events", "0"], "--timeline-events")
        self.refuses([*draw, "--timeline-events", "1", "--timeline-layers", LAYER],
                     "the selection has no events")
        self.refuses(["--timeline-layers", LAYER], "no file", "--timeline FILE")

    def test_waveforms_are_of_one_layer(self):
        self.done("run", "-q", "e.yaml", "-o", "out")
        self.refuses(["--vcd", "w.vcd"], "--vcd", "8 layers", "--timeline-layers")
        self.refuses(["--vcd", "w.vcd", "--timeline-layers", LAYER, "--timeline-frames", "0:2"],
                     "2 layers", "--timeline-frames")

    def test_files_that_cannot_be_written(self):
        self.done("run", "-q", "e.yaml", "-o", "out")
        for option in ("--timeline", "--vcd"):
            self.refuses([option, "nowhere/t.json", "--timeline-layers", LAYER], "nowhere/t.json")
            self.refuses([option, "out", "--timeline-layers", LAYER], "out", "directory")


if __name__ == "__main__":
    unittest.main()
