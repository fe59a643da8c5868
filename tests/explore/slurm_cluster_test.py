#!/usr/bin/env python3
"""sweep --engine slurm on a cluster of three nodes that the test starts on this machine: the same
table as here, also where a node dies; refusals, cancelling, and what is left to resume."""
import csv
import io
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from slurm_cluster import SlurmCluster, may_hide_folders, why_not  # noqa: E402
from slurm_sweeps import CLIP_EXPERIMENT, CLIPS, SMALL_SWEEP  # noqa: E402
from support import CommandTest, video_bytes  # noqa: E402

# 60 points, each of which is simulated.
SWEEP = """\
experiment: base.yaml
parameters:
  accelerator.pe_array.fifo_depth: [1, 2, 4, 8, 16, 32]
  accelerator.glb.banks: [4, 8, 16, 32, 64]
  accelerator.clock: [200 MHz, 400 MHz]
objectives:
  - {minimise: modes.delta.energy_pJ.total, name: energy}
  - {minimise: modes.delta.time_s, name: time}
"""
CLIP_NAMES = ["v_Run_g01_c01.npy", "v_Run_g01_c02.npy", "v_Walk_g01_c01.npy"]
MAX_ARRAY_SIZE = 16
ONE_TASK_A_POINT = "0.00001"


class SlurmTest(CommandTest):
    trace = b""

    def setUp(self):
        super().setUp()
        if not SlurmTest.trace:
            self.done("trace", "synth", "-q", "--network", "alexnet", "--delta", "0.05",
                      "--frames", "3", "-o", "a.dtrace")
            SlurmTest.trace = self.bytes_of("a.dtrace")
        self.write("a.dtrace", SlurmTest.trace)
        self.write("base.yaml", "trace: a.dtrace\nmodes: [delta]\n")
        self.write("s.yaml", SWEEP)
        self.write("small.yaml", SMALL_SWEEP)

    def table(self, folder):
        """The points as text, without what may differ."""
        rows = list(csv.DictReader(io.StringIO(self.done("sweep", "export", folder))))
        for row in rows:
            del row["wall_s"]
        return rows


class WithoutCluster(SlurmTest):
    def test_a_machine_without_slurm_is_told_what_it_lacks(self):
        self.refused(["sweep", "small.yaml", "-o", "out", "--engine", "slurm"], "sbatch",
                     "slurm-client", env=dict(os.environ, PATH=str(self.folder)))

    def test_scripts_are_printed_where_there_is_no_cluster(self):
        printed = self.done("sweep", "-q", "small.yaml", "-o", "out", "--engine", "slurm",
                            "--print-script", "--partition", "long", "--sbatch-arg=--qos=high",
                            "--chunk-minutes", ONE_TASK_A_POINT,
                            env=dict(os.environ, PATH=str(self.folder)))
        for line in ["#SBATCH --array=0-3", "#SBATCH --requeue", "#SBATCH --partition=long",
                     "#SBATCH --qos=high", "--dependency=afterany:"]:
            self.assertIn(line, printed)
        for chunk in range(4):  # as the tasks would, in any order
            self.done("sweep", "work", "-q", "out", "--chunk", str(3 - chunk))
        self.done("sweep", "merge", "-q", "out")
        self.done("sweep", "-q", "small.yaml", "-o", "here")
        self.assertEqual(self.table("out"), self.table("here"))
        self.assertTrue((self.folder / "out" / "sweep.csv").exists())

    def test_a_node_that_does_not_see_the_folder_says_so(self):
        self.refused(["sweep", "work", "elsewhere", "--chunk", "0"], "all nodes share")

    def test_options_of_the_cluster_need_it(self):
        self.refused(["sweep", "small.yaml", "-o", "out", "--partition", "long"], "--engine slurm")
        self.refused(["sweep", "small.yaml", "-o", "out", "--engine", "slurm", "--print-script",
                      "--sbatch-arg", "qos"], "--sbatch-arg", "qos")


@unittest.skipIf(why_not(), why_not())
class OnThreeNodes(SlurmTest):
    cluster = None

    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(
            SlurmCluster(nodes=3, more=f"MaxArraySize={MAX_ARRAY_SIZE}"))

    def setUp(self):
        super().setUp()
        for node, state in self.cluster.state_of_nodes().items():
            if state != "idle":  # an earlier test killed it
                self.cluster.start_node(node)
        self.cluster.wait_until(lambda: set(self.cluster.state_of_nodes().values()) == {"idle"},
                                "all nodes are idle")

        self.addCleanup(self.cluster.cancel_all)  # before the test's folder goes
        self.earlier = {task[0] for task in self.cluster.tasks()}

    def tasks(self):
        """Of this test's jobs."""
        return [task for task in self.cluster.tasks() if task[0] not in self.earlier]

    def on_cluster(self, *arguments):
        return self.run_program(*arguments, env=self.cluster.environment)

    def submitted(self, *arguments, status=0):
        process = self.on_cluster("sweep", *arguments, "--engine", "slurm")
        self.assertEqual(process.returncode, status, process.stderr + self.cluster.logs())
        return process.stdout

    def status(self, folder):
        process = self.on_cluster("sweep", "status", folder)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout

    def all_ended(self):
        self.cluster.start_requeued_tasks()
        return all(task[2] not in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING")
                   for task in self.tasks())

    def wait_for_jobs(self, patience=120):
        self.cluster.wait_until(self.all_ended, "all jobs have ended", patience)

    def test_a_node_dies_and_the_table_is_the_local_one(self):
        self.submitted("-q", "s.yaml", "-o", "out", "--chunk-minutes", "0.05")
        self.cluster.wait_until(lambda: self.cluster.tasks_on("node2"), "node2 has work")
        self.assertIn("running", self.status("out"))
        self.cluster.kill_node("node2")
        self.assertFalse(self.cluster.tasks_on("node2"))
        self.wait_for_jobs()
        restarts = self.cluster.command("scontrol", "--oneliner", "show", "job")
        self.assertIn("Restarts=1", restarts)
        self.assertEqual({task[2] for task in self.tasks()}, {"COMPLETED"},
                         self.cluster.logs())
        self.done("sweep", "-q", "s.yaml", "-o", "here")
        here, there = self.table("here"), self.table("out")
        self.assertEqual(len(there), 60)
        self.assertEqual({row["status"] for row in there}, {"done"})
        self.assertEqual(there, here)

    def test_who_waits_gets_the_result_of_a_normal_sweep(self):
        waited = self.submitted("-q", "small.yaml", "-o", "out", "--wait",
                                "--chunk-minutes", ONE_TASK_A_POINT)
        here = self.done("sweep", "-q", "small.yaml", "-o", "here")
        self.assertEqual(self.table("out"), self.table("here"))
        self.assertEqual(waited.replace("out/", "here/"), here)

    def test_what_sbatch_refuses_is_shown_and_nothing_is_lost(self):
        process = self.on_cluster("sweep", "-q", "small.yaml", "-o", "out", "--engine", "slurm",
                                  "--partition", "no_such_partition")
        self.assertEqual(process.returncode, 2)
        self.assertIn("Invalid partition name specified", process.stderr)
        self.assertTrue((self.folder / "out/slurm/array-1.sbatch").exists())
        self.submitted("-q", "small.yaml", "-o", "out", "--resume", "--wait")
        self.assertEqual({row["status"] for row in self.table("out")}, {"done"})

    def test_what_was_cancelled_is_resumed(self):
        self.submitted("-q", "s.yaml", "-o", "out", "--chunk-minutes", "0.05")
        self.cluster.wait_until(lambda: self.cluster.tasks_on("node1"), "node1 has work")
        again = self.on_cluster("sweep", "-q", "s.yaml", "-o", "out", "--engine", "slurm", "--resume")
        self.assertEqual(again.returncode, 2)
        self.assertIn("has not ended yet", again.stderr)
        process = self.on_cluster("sweep", "cancel", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.wait_for_jobs()
        self.assertIn("it was cancelled", self.status("out"))
        self.submitted("-q", "s.yaml", "-o", "out", "--resume", "--wait")
        rows = self.table("out")
        self.assertEqual([row["status"] for row in rows], ["done"] * 60)
        self.assertEqual({row["error"] for row in rows}, {""})

    def test_a_task_that_fails_leaves_its_points_open_with_the_cause(self):
        self.submitted("-q", "s.yaml", "-o", "out", "--chunk-minutes", "0.05")
        self.cluster.wait_until(lambda: self.cluster.tasks_on("node3"), "node3 has work")
        for process in self.cluster.tasks_on("node3"):
            os.kill(process, 9)
        self.wait_for_jobs()
        status = self.status("out")
        self.assertIn("by signal 9", status)
        self.assertIn("out/slurm/logs/1/", status)
        rows = [row for row in self.table("out") if row["status"] == "open"]
        self.assertTrue(rows)
        for row in rows:
            self.assertIn("by signal 9", row["error"])
        self.submitted("-q", "s.yaml", "-o", "out", "--resume", "--wait")
        self.assertEqual({row["status"] for row in self.table("out")}, {"done"})

    def test_a_search_finds_what_it_finds_here(self):
        self.write("search.yaml",
                   SWEEP + "strategy: {kind: nsga2, population: 8, generations: 2, seed: 3}\n")
        self.submitted("-q", "search.yaml", "-o", "out", "--wait",
                       "--chunk-minutes", ONE_TASK_A_POINT)
        arrays = list((self.folder / "out/slurm").glob("array-*.sbatch"))
        self.assertEqual(len(arrays), 3)  # the first population, and two generations
        self.done("sweep", "-q", "search.yaml", "-o", "here")
        here = self.table("here")
        self.assertGreater(len(here), 8)
        self.assertEqual(self.table("out"), here)

    def test_clips_are_the_work_of_tasks(self):
        self.write("clips.yaml", CLIP_EXPERIMENT)
        self.write("s.yaml", CLIPS)
        self.write("calibration.npy", video_bytes(2, seed=9))
        for seed, name in enumerate(CLIP_NAMES):
            self.write(f"clips/{name}", video_bytes(3, seed=seed))
        one_each = ["--wait", "--chunk-minutes", ONE_TASK_A_POINT]
        go_on = []
        if may_hide_folders():
            self.cluster.end_node("node2")
            self.cluster.start_node_without("node2", self.folder / "clips")
            self.submitted("-q", "s.yaml", "-o", "out", *one_each,
                           "--sbatch-arg=--nodelist=node2", status=2)
            for row, name in zip(self.table("out"), CLIP_NAMES):
                self.assertIn(f"node2 cannot read {self.folder}/clips/{name}", row["error"])
            self.cluster.end_node("node2")
            self.cluster.start_node("node2")
            go_on = ["--resume"]
        self.submitted("-q", "s.yaml", "-o", "out", *one_each, *go_on)
        self.done("sweep", "-q", "s.yaml", "-o", "here")
        self.assertEqual({row["status"] for row in self.table("here")}, {"done"})
        self.assertEqual(self.table("out"), self.table("here"))
        for name in ["clips.csv", "classes.csv", "sites.csv"]:
            self.assertEqual(self.bytes_of(f"out/{name}"), self.bytes_of(f"here/{name}"))
        logs = sorted((self.folder / "out/slurm/logs").glob("*/[0-9].log"))
        self.assertGreaterEqual(len(logs), len(CLIP_NAMES))  # a clip a task
        self.assertFalse([name for name in self.files() if name.startswith("out/")
                          and name.endswith((".dtrace", ".item", ".partial"))])

    def test_chunks_are_enlarged_to_the_largest_array(self):
        printed = self.submitted("-q", "s.yaml", "-o", "out", "--print-script",
                                 "--chunk-minutes", ONE_TASK_A_POINT)
        self.assertIn("#SBATCH --array=0-14\n", printed)  # 60 points by four
        self.assertFalse(self.tasks())


if __name__ == "__main__":
    if why_not():
        print(f"SKIPPED: {why_not()}", flush=True)
    unittest.main()
