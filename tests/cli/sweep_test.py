#!/usr/bin/env python3
"""sweep: the same table however often it is killed, failures of points, and input that is wrong."""
import contextlib
import csv
import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

from support import CommandTest

SWEEP = """\
experiment: e.yaml
set: {modes: [delta]}
parameters:
  accelerator.pe_array.fifo_depth: [1, 2, 4, 8, 16]
  accelerator.glb.banks: [8, 16, 32]
  energy: [horowitz_45nm, horowitz_45nm_cacti]
objectives:
  - {minimise: modes.delta.energy_pJ.total, name: energy}
  - {minimise: modes.delta.time_s, name: time}
"""
POINTS = 30
SMALL = SWEEP.replace("[1, 2, 4, 8, 16]", "[1, 4]").replace("[8, 16, 32]", "[8, 16]")
SMALL_POINTS = 8
WRONG_TOGETHER = SMALL.replace("pe_array.fifo_depth: [1, 4]", "glb.capacity: [700 KiB, 1 MiB]").replace(
    "banks: [8, 16]", "partition.weights: [48 KiB, 96 KiB]").replace(", horowitz_45nm_cacti]", "]")
ONE = SMALL.replace("[1, 4]", "[4]").replace("[8, 16]", "[16]").replace(", horowitz_45nm_cacti]", "]")


KILLS = 10


def is_alive(process):
    """Whether it has not ended, nor waits to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def children_of(process):
    """Processes that a process has started."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


class Sweep(CommandTest):
    def setUp(self):
        super().setUp()
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "1", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\n")
        self.write("s.yaml", SWEEP)
        self.write("small.yaml", SMALL)

    def table(self, folder):
        """All rows of a sweep but their times."""
        rows = list(csv.DictReader(io.StringIO(self.done("sweep", "export", folder))))
        return [{name: value for name, value in row.items() if name != "wall_s"} for row in rows]

    def counts(self, folder):
        statuses = [row["status"] for row in self.table(folder)]
        return {status: statuses.count(status) for status in sorted(set(statuses))}

    def edit(self, folder, sql):
        connection = sqlite3.connect(self.folder / folder / "sweep.sqlite")
        with connection:
            connection.execute(sql)
        connection.close()

    def test_a_sweep_from_end_to_end(self):
        text = self.done("sweep", "s.yaml", "-o", "out", "--set", "frames=1")
        self.assertIn(f"{POINTS} of {POINTS} points done", text)
        self.assertIn(f"{POINTS} of {POINTS} points done", self.done("sweep", "status", "out"))
        table = self.table("out")
        self.assertEqual([int(row["point"]) for row in table], list(range(POINTS)))
        self.assertEqual({row["status"] for row in table}, {"done"})
        self.assertEqual(len({row["hash"] for row in table}), POINTS)
        self.done("sweep", "export", "out", "--out", "exported.csv")
        self.assertEqual(self.bytes_of("exported.csv"), self.bytes_of("out/sweep.csv"))
        # A point is what a run of its design gives.
        row = table[7]
        overrides = [f"{key}={row[key]}" for key in ("accelerator.pe_array.fifo_depth",
                                                     "accelerator.glb.banks", "energy")]
        sets = [part for override in (*overrides, "modes=[delta]") for part in ("--set", override)]
        self.done("run", "-q", "e.yaml", "-o", "one", *sets)
        delta = self.json("one/result.json")["modes"]["delta"]
        self.assertEqual(float(row["energy_pJ"]), delta["energy_pJ"]["total"])
        self.assertEqual(float(row["time_s"]), delta["time_s"])

    def test_jobs_do_not_change_the_table(self):
        self.done("sweep", "-q", "small.yaml", "-o", "one", "--jobs", "1")
        self.done("sweep", "-q", "small.yaml", "-o", "three", "--jobs", "3")
        self.assertEqual(self.table("one"), self.table("three"))

    def kill_worker(self, process, dice, patience_s):
        """SIGKILL for a worker at a random moment. @return whether one was met alive"""
        time.sleep(dice.uniform(0, patience_s))
        while process.poll() is None:
            for victim in dice.sample(victims := children_of(process.pid), len(victims)):
                if is_alive(victim):
                    os.kill(victim, signal.SIGKILL)
                    return True
            time.sleep(0.002)
        return False

    def kill_driver(self, process, dice, patience_s):
        """The same for the driver."""
        time.sleep(dice.uniform(0, patience_s))
        if process.poll() is not None:
            return False
        process.kill()
        process.wait()
        return process.returncode == -signal.SIGKILL

    def points_done(self, folder):
        with contextlib.closing(sqlite3.connect(self.folder / folder / "sweep.sqlite")) as store:
            tables = "SELECT count(*) FROM sqlite_master WHERE name = 'points'"
            if not store.execute(tables).fetchone()[0]:
                return 0
            return store.execute("SELECT count(*) FROM points WHERE status = 'done'").fetchone()[0]

    def test_killed_ten_times_and_resumed(self):
        begin = time.monotonic()
        whole_text = self.done("sweep", "-q", "s.yaml", "-o", "whole")
        patience_s = 0.25 * (time.monotonic() - begin)
        whole = self.table("whole")
        dice = random.Random(6)
        kills = []
        done = 0
        while len(kills) < KILLS:
            process = self.start("sweep", "-q", "s.yaml", "-o", "killed", "--resume")
            # In turn; a worker's death leaves its driver to the next one.
            for kill in (self.kill_worker, self.kill_driver):
                if len(kills) < KILLS and kill(process, dice, patience_s):
                    kills.append(kill)
            if process.poll() is None:  # the last kill was a worker's
                break
            _, message = process.communicate()
            if process.returncode != 0:
                self.assertEqual(process.returncode, -signal.SIGKILL, message)
                if (self.folder / "killed/sweep.sqlite").exists():
                    self.assertGreaterEqual(self.points_done("killed"), done)
                    done = self.points_done("killed")
                continue
            # It was faster than the kills: they go on with a sweep that is begun anew.
            self.assertEqual(self.table("killed"), whole)
            shutil.rmtree(self.folder / "killed")
            done = 0
        process.communicate()
        self.assertEqual(len(kills), KILLS)
        self.assertGreaterEqual(kills.count(self.kill_worker), KILLS // 4)
        self.assertGreaterEqual(kills.count(self.kill_driver), KILLS // 4)
        text = self.done("sweep", "-q", "s.yaml", "-o", "killed", "--resume")
        self.assertEqual(text, whole_text.replace("whole/", "killed/"))
        self.assertEqual(self.table("killed"), whole)

    def test_a_process_that_always_dies_is_a_failed_point(self):
        self.done("trace", "synth", "-q", "--network", "resnet18", "--frames", "6", "-o", "long.dtrace")
        self.write("one.yaml", ONE)
        process = self.start("sweep", "one.yaml", "-o", "out", "--jobs", "1", "--set", "trace=long.dtrace")
        while process.poll() is None:
            for child in children_of(process.pid):
                try:
                    os.kill(child, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.02)
        output, message = process.communicate()
        self.assertEqual(process.returncode, 2, message)
        self.assertIn("1 failed", output)
        self.assertIn("signal 9", self.table("out")[0]["error"])
        self.done("sweep", "one.yaml", "-o", "out", "--resume", "--set", "trace=long.dtrace")
        self.assertEqual(self.counts("out"), {"done": 1})

    def test_points_that_take_too_long(self):
        self.write("slow.yaml", SMALL + "point_timeout: 1 ms\n")
        text = self.done("sweep", "slow.yaml", "-o", "out")
        self.assertIn(f"{SMALL_POINTS} timed out", text)
        self.assertEqual(self.counts("out"), {"timed_out": SMALL_POINTS})
        for row in self.table("out"):
            self.assertEqual((row["energy_pJ"], row["time_s"]), ("", ""))
            self.assertNotEqual(row["error"], "")

    def test_points_that_are_wrong(self):
        self.write("wrong.yaml", SMALL.replace("[8, 16]", "[8, 16, 1000000]"))
        self.refused(["sweep", "wrong.yaml", "-o", "out"], "accelerator.glb.banks[2]", "1000000",
                     "a whole number from 1 to 1024")
        # Each level is right in itself, but one of the four combinations does not fit.
        self.write("wrong.yaml", WRONG_TOGETHER)
        self.assertIn("1 failed", self.done("sweep", "-q", "wrong.yaml", "-o", "out"))
        rows = self.table("out")
        self.assertEqual([row["status"] for row in rows], ["done", "failed", "done", "done"])
        self.assertIn("at least the sum of the partition, 736 KiB", rows[1]["error"])

    def test_interrupted_and_resumed(self):
        process = self.start("sweep", "s.yaml", "-o", "out")
        while not (self.folder / "out/sweep.sqlite").exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, message = process.communicate()
        self.assertEqual(process.returncode, 130, message)
        self.assertIn("--resume goes on", message)
        self.assertNotIn("done", {row["error"] for row in self.table("out")})
        self.assertLess(self.counts("out").get("done", 0), POINTS)
        self.assertIn("--resume goes on", self.done("sweep", "status", "out"))
        self.done("sweep", "-q", "s.yaml", "-o", "out", "--resume")
        self.assertEqual(self.counts("out"), {"done": POINTS})

    def mount(self, folder, size):
        """Whether a disk of that size could be mounted; only root may."""
        (self.folder / folder).mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.folder / folder],
                              capture_output=True, check=False)
        if done.returncode == 0:
            self.addCleanup(subprocess.run, ["umount", "-l", self.folder / folder], check=False)
        return done.returncode == 0

    def test_a_full_disk(self):
        self.done("sweep", "-q", "s.yaml", "-o", "whole")
        if not self.mount("disk", "150k"):
            print("SKIPPED: a full disk (no permission to mount one)", flush=True)
            self.skipTest("no permission to mount a small disk")
        process = self.run_program("sweep", "s.yaml", "-o", "disk/out")
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertIn("No space left on device", process.stderr)
        subprocess.run(["mount", "-o", "remount,size=64m", self.folder / "disk"], check=True)
        counts = self.counts("disk/out")
        self.assertEqual(set(counts) - {"done"}, {"open"})  # and none failed
        self.done("sweep", "-q", "s.yaml", "-o", "disk/out", "--resume")
        self.assertEqual(self.table("disk/out"), self.table("whole"))

    def test_files_that_may_not_grow(self):
        process = self.run_program("sweep", "s.yaml", "-o", "out", file_limit=60_000)
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertRegex(process.stderr, "File too large|sweep.sqlite: cannot .*: Input/output error")
        self.assertEqual(set(self.counts("out")) - {"done"}, {"open"})
        self.done("sweep", "-q", "s.yaml", "-o", "out", "--resume")
        self.assertEqual(self.counts("out"), {"done": POINTS})

    def test_a_budget_of_points(self):
        self.write("budget.yaml", SMALL + "budget: {points: 3}\n")
        self.done("sweep", "-q", "budget.yaml", "-o", "out")
        self.assertEqual(self.counts("out"), {"done": 3, "open": SMALL_POINTS - 3})
        self.done("sweep", "-q", "budget.yaml", "-o", "out", "--resume")
        self.assertEqual(self.counts("out"), {"done": 6, "open": SMALL_POINTS - 6})

    def test_a_search_and_one_that_is_resumed(self):
        self.write("search.yaml", SWEEP + "strategy: {kind: nsga2, population: 8, generations: 2, seed: 3}\n")
        text = self.done("sweep", "search.yaml", "-o", "whole", "--dry-run")
        self.assertIn("points: at most 24", text)
        self.done("sweep", "-q", "search.yaml", "-o", "whole")
        whole = self.table("whole")
        self.assertEqual({row["status"] for row in whole}, {"done"})
        self.assertGreater(len(whole), 8)
        self.assertLessEqual(len(whole), 24)
        process = self.start("sweep", "-q", "search.yaml", "-o", "killed")
        while not (self.folder / "killed/sweep.sqlite").exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.5)
        process.kill()
        process.communicate()
        self.done("sweep", "-q", "search.yaml", "-o", "killed", "--resume")
        self.assertEqual(self.table("killed"), whole)

    def test_a_folder_that_holds_a_sweep(self):
        self.done("sweep", "-q", "small.yaml", "-o", "out")
        self.refused(["sweep", "small.yaml", "-o", "out"], "holds a sweep already",
                     f"{SMALL_POINTS} of its {SMALL_POINTS} points done", "--resume", "--out")
        self.write("small.yaml", SMALL.replace("[8, 16]", "[8, 32]"))
        self.refused(["sweep", "small.yaml", "-o", "out", "--resume"], "line 5 was", "[8, 16]", "[8, 32]")
        self.write("small.yaml", SMALL)
        self.refused(["sweep", "small.yaml", "-o", "out", "--resume", "--set", "frames=1"], "frames=1")
        process = self.run_program("sweep", "small.yaml", "-o", "out", "--resume")
        self.assertIn(f"{SMALL_POINTS} of {SMALL_POINTS} points are there already", process.stderr)

    def test_two_drivers_in_one_folder(self):
        process = self.start("sweep", "s.yaml", "-o", "out")
        self.addCleanup(process.kill)
        while not children_of(process.pid):
            self.assertIsNone(process.poll(), "it has ended before it could be met at work")
            time.sleep(0.01)
        process.send_signal(signal.SIGSTOP)  # so that it is still there, however busy the machine
        other = self.run_program("sweep", "s.yaml", "-o", "out", "--resume")
        self.assertEqual(other.returncode, 2, other.stderr)
        self.assertIn("another process works on the sweep", other.stderr)
        self.assertIn(f"process {process.pid}", other.stderr)
        self.assertIn("running", self.done("sweep", "status", "out"))
        process.send_signal(signal.SIGCONT)
        _, message = process.communicate()
        self.assertEqual(process.returncode, 0, message)
        self.assertEqual(self.counts("out"), {"done": POINTS})

    def test_databases_that_are_none_of_ours(self):
        self.done("sweep", "-q", "small.yaml", "-o", "out")
        self.edit("out", "UPDATE meta SET value = '99' WHERE key = 'schema'")
        for command in (["sweep", "small.yaml", "-o", "out", "--resume"], ["sweep", "status", "out"],
                        ["sweep", "export", "out"], ["sweep", "small.yaml", "-o", "out"]):
            self.refused(command, "sweep.sqlite", "version 99", "version 1")
        self.write("out/sweep.sqlite", "not a database, and long enough that one might think so" * 100)
        for command in (["sweep", "small.yaml", "-o", "out", "--resume"], ["sweep", "status", "out"]):
            self.refused(command, "is no SQLite database")
        self.refused(["sweep", "status", "."], "holds no sweep")
        self.refused(["sweep", "export", "nowhere"], "nowhere", "No such file")

    def test_a_trace_that_has_changed(self):
        self.done("sweep", "-q", "small.yaml", "-o", "out")
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "1", "--seed", "2", "-o", "a.dtrace")
        self.refused(["sweep", "small.yaml", "-o", "out", "--resume"], "has changed")

    def test_what_is_refused(self):
        self.write("key.yaml", SMALL.replace("fifo_depth", "fifo_dept"))
        self.refused(["sweep", "key.yaml"], "fifo_dept", "did you mean")
        self.write("empty.yaml", SMALL.replace("[8, 16]", "[]"))
        self.refused(["sweep", "empty.yaml"], "banks")
        self.refused(["sweep", "small.yaml", "--set", "frmes=1"], "frmes", "did you mean")
        self.refused(["sweep"], "a sweep file is required")
        self.refused(["sweep", "none.yaml"], "none.yaml")
        self.refused(["sweep", "no_such_study"], "no_such_study")
        self.refused(["sweep", "small.yaml", "--engine", "slrm"], "slrm", "--engine")
        self.refused(["sweep", "small.yaml", "--jobs", "0"], "--jobs")
        self.refused(["sweep", "statsu", "out"], "did you mean", "status")
        self.refused(["sweep", "status", "out", "--jobs", "2"], "--jobs is for deltasim sweep itself")
        self.refused(["sweep", "status"], "folder is required")
        self.refused(["sweep", "export", "a", "b"], "another argument")

    def test_dry_run(self):
        before = self.files()
        text = self.done("sweep", "s.yaml", "-o", "out", "--dry-run")
        self.assertEqual(self.files(), before)
        self.assertIn(f"points: {POINTS}\n", text)
        self.assertIn(f"simulations: {POINTS // 2};", text)
        self.assertIn("recordings: none", text)
        self.assertIn("evaluated one point in a temporary folder", text)
        self.assertRegex(text, r"estimated time: .* with \d+ jobs?\n")
        self.write("small.yaml", SMALL + "constraints:\n  - accelerator.glb.banks <= 8\n")
        self.done("sweep", "-q", "small.yaml", "-o", "out")
        text = self.done("sweep", "small.yaml", "-o", "out", "--dry-run")
        self.assertIn(f"combinations: {SMALL_POINTS}, of which {SMALL_POINTS // 2} fall to constraints", text)
        self.assertIn(f"points: {SMALL_POINTS // 2}, of which {SMALL_POINTS // 2} are there already", text)
        self.assertIn("the mean of the 4 points that are done in out", text)
        self.assertRegex(text, r"a point: \S+ s simulated, \S+ s accounted anew \(the mean")
        # No point shares a simulation, so nothing is said of accounting.
        self.write("one.yaml", SMALL.replace("  accelerator.glb.banks: [8, 16]\n", "").replace(
            "  energy: [horowitz_45nm, horowitz_45nm_cacti]\n", ""))
        text = self.done("sweep", "one.yaml", "-o", "one", "--dry-run")
        self.assertIn(": 1 parameter\n", text)
        self.assertIn("simulations: 2\n", text)
        self.assertNotIn("accounted", text)

    def test_the_table_has_one_type_a_column(self):
        try:
            import pandas  # pylint: disable=import-outside-toplevel
        except ImportError:
            print("SKIPPED: python3-pandas is not installed", flush=True)
            self.skipTest("python3-pandas is not installed")
        self.write("slow.yaml", SMALL + "budget: {points: 3}\n")
        self.done("sweep", "-q", "slow.yaml", "-o", "out")
        frame = pandas.read_csv(self.folder / "out/sweep.csv")
        self.assertEqual(len(frame), SMALL_POINTS)
        for name in frame.columns:
            self.assertIn(pandas.api.types.infer_dtype(frame[name], skipna=True),
                          ("integer", "floating", "string", "empty"), name)
        self.assertTrue(pandas.api.types.is_integer_dtype(frame["accelerator.glb.banks"]))
        self.assertTrue(pandas.api.types.is_float_dtype(frame["time_s"]))


if __name__ == "__main__":
    unittest.main()
