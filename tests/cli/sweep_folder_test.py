#!/usr/bin/env python3
"""A sweep's folder has one driver: a process of some machine, or the jobs of a cluster."""
import csv
import fcntl
import io
import json
import os
import time
import unittest

from support import CommandTest

SWEEP = """\
experiment: e.yaml
set: {modes: [delta]}
parameters:
  accelerator.pe_array.fifo_depth: [1, 2, 4, 8]
objectives:
  - {minimise: modes.delta.cycles, name: cycles}
"""
UNKNOWN = 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1'


class SweepFolder(CommandTest):
    def setUp(self):
        super().setUp()
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "1", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\n")
        self.write("s.yaml", SWEEP)

    def without_slurm(self):
        """An environment whose $PATH has no command of Slurm."""
        return dict(os.environ, PATH=str(self.folder / "bin"))

    def with_queue(self, script):
        """One in which squeue does so."""
        self.write("bin/squeue", f"#!/bin/sh\n{script}\n").chmod(0o755)
        return self.without_slurm()

    def given_to_a_cluster(self):
        """As if a cluster had taken the sweep as job 7, and its task had evaluated two points."""
        self.done("sweep", "-q", "s.yaml", "-o", "out", "--engine", "slurm", "--print-script",
                  "--chunk-minutes", "0.00001", env=self.without_slurm())
        submission = self.folder / "out/slurm/submission-1.json"
        submission.write_text(json.dumps(json.loads(submission.read_text()) | {"array": "7"}))
        for chunk in ("0", "1"):
            self.done("sweep", "work", "-q", "out", "--chunk", chunk)

    def statuses(self):
        rows = csv.DictReader(io.StringIO(self.done("sweep", "export", "out")))
        return [row["status"] for row in rows]

    def held(self, role=""):
        """Holds the folder, as a process that does so would."""
        lock = open(self.folder / "out/sweep.lock", "w", encoding="utf-8")
        self.addCleanup(lock.close)
        fcntl.lockf(lock, fcntl.LOCK_EX)
        lock.write(f"login1 12 {role}\n")
        lock.flush()
        return lock

    def test_jobs_of_a_cluster_are_a_driver_for_every_engine(self):
        self.given_to_a_cluster()
        for state in ("RUNNING|None|node1", "PENDING|Resources|"):
            self.refused(["sweep", "s.yaml", "-o", "out", "--resume"], "job 7", "has not ended yet",
                         "sweep cancel", env=self.with_queue(f"echo '7|2|{state}'"))
        self.refused(["sweep", "s.yaml", "-o", "out", "--resume"], "squeue", "does not answer",
                     env=self.with_queue("echo 'no controller' >&2; exit 1"))
        self.assertEqual(self.statuses(), ["open"] * 4)  # and nothing was merged meanwhile
        process = self.run_program("sweep", "s.yaml", "-o", "out", "--resume",
                                   env=self.with_queue(UNKNOWN))
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("2 of 4 points are there already", process.stderr)
        self.assertEqual(self.statuses(), ["done"] * 4)
        self.assertFalse((self.folder / "out/sweep.sqlite-wal").exists())

    def test_a_copy_on_a_machine_without_slurm_goes_on(self):
        self.given_to_a_cluster()
        process = self.run_program("sweep", "s.yaml", "-o", "out", "--resume",
                                   env=self.without_slurm())
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("a cluster, which this machine does not know", process.stderr)
        self.assertEqual(self.statuses(), ["done"] * 4)

    def test_a_merge_waits_for_the_driver(self):
        self.given_to_a_cluster()
        lock = self.held()
        process = self.start("sweep", "merge", "-q", "out")
        self.addCleanup(process.kill)
        time.sleep(1)
        self.assertIsNone(process.poll(), "it did not wait")
        self.assertEqual(self.statuses(), ["open"] * 4)
        lock.close()
        _, message = process.communicate()
        self.assertEqual(process.returncode, 0, message)
        self.assertEqual(self.statuses(), ["done", "done", "open", "open"])

    def test_a_driver_that_waits_for_the_jobs_merges_by_itself(self):
        self.given_to_a_cluster()
        self.held("waits")
        self.assertIn("process 12 on login1 waits for the jobs and takes their results itself",
                      self.done("sweep", "merge", "-q", "out"))
        self.assertEqual(self.statuses(), ["open"] * 4)


if __name__ == "__main__":
    unittest.main()
