#!/usr/bin/env python3
"""sweep --engine slurm against commands of Slurm whose answers a test chooses: what goes wrong on a
cluster is told, and nothing is lost. Needs no cluster and no rights; slurm_cluster_test.py is the
real thing."""
import csv
import fcntl
import io
import os
import socket
import sqlite3
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from slurm_sweeps import CLIP_EXPERIMENT, CLIPS, SMALL_SWEEP  # noqa: E402
from support import CommandTest, video_bytes  # noqa: E402

SEARCH = "  - {minimise: modes.delta.energy_pJ.total}\nstrategy: {kind: nsga2, population: 8, generations: 1, seed: 1}\n"
ONE_TASK_A_POINT = ["--chunk-minutes", "0.00001"]

# The first job is number 7. A script whose number is in `refuse` is refused; where there is a file
# `run`, an array's tasks are run at once.
SBATCH = """\
[ "$1" = --version ] && { echo slurm-wlm 22.05.8; exit; }
job=$(( $(cat jobs 2>/dev/null || echo 6) + 1 ))
if grep -qsx $job refuse; then echo "sbatch: error: Batch job submission failed: $job is refused" >&2; exit 1; fi
echo $job > jobs
for script; do :; done
tasks=$(sed -n 's/#SBATCH --array=0-//p' "$script")
if [ -e run ] && [ -n "$tasks" ]; then
  for task in $(seq 0 $tasks); do SLURM_ARRAY_TASK_ID=$task bash "$script" || exit 1; done
fi >&2
echo $job
"""
# Lines of `queue` of the jobs that are asked for; as many calls as `silent` says find no controller.
SQUEUE = """\
silent=$(cat silent 2>/dev/null || echo 0)
if [ $silent -gt 0 ]; then
  echo $((silent - 1)) > silent
  echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2
  exit 1
fi
ids=${!#}
grep -sE "^(${ids//,/|})[|]" queue
exit 0
"""
SCONTROL = """\
if [ "$1" = show ]; then echo "MaxArraySize            = 1001"; else cat codes 2>/dev/null; fi
exit 0
"""
SCANCEL = 'echo "$@" >> cancelled\n'


class Commands(CommandTest):
    trace = b""

    def setUp(self):
        super().setUp()
        if not Commands.trace:
            self.done("trace", "synth", "-q", "--network", "alexnet", "--delta", "0.05",
                      "--frames", "1", "-o", "a.dtrace")
            Commands.trace = self.bytes_of("a.dtrace")
        self.write("a.dtrace", Commands.trace)
        self.write("base.yaml", "trace: a.dtrace\nmodes: [delta]\n")
        self.write("s.yaml", SMALL_SWEEP)
        for name, text in [("sbatch", SBATCH), ("squeue", SQUEUE), ("scontrol", SCONTROL),
                           ("scancel", SCANCEL)]:
            script = self.write(f"slurm/{name}", f"#!/bin/bash\ncd '{self.folder}/slurm'\n{text}")
            script.chmod(0o755)
        self.environment = dict(os.environ, PATH=f"{self.folder}/slurm:{os.environ['PATH']}")

    def answer(self, name, text):
        self.write(f"slurm/{name}", text)

    def on_cluster(self, *arguments):
        return self.run_program(*arguments, env=self.environment)

    def worked(self, *arguments):
        process = self.on_cluster(*arguments)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout + process.stderr

    def submit(self, *more, sweep="s.yaml"):
        return self.worked("sweep", "-q", sweep, "-o", "out", "--engine", "slurm",
                           *ONE_TASK_A_POINT, *more)

    def work(self, *chunks):
        for chunk in chunks:
            self.worked("sweep", "work", "-q", "out", "--chunk", chunk)

    def table(self, folder):
        rows = list(csv.DictReader(io.StringIO(self.done("sweep", "export", folder))))
        for row in rows:
            del row["wall_s"]
        return rows

    def statuses(self):
        return [row["status"] for row in self.table("out")]

    def assert_complete(self):
        """However it came to be, the table is the one of this machine alone."""
        self.done("sweep", "-q", "s.yaml", "-o", "here")
        self.assertEqual(self.table("out"), self.table("here"))

    # Submitting

    def test_what_a_search_needs(self):
        self.write("search.yaml", SMALL_SWEEP + SEARCH)
        self.refused(["sweep", "search.yaml", "-o", "out", "--engine", "slurm"], "nsga2", "--wait",
                     env=self.environment)
        self.refused(["sweep", "s.yaml", "-o", "out", "--engine", "slurm", "--wait",
                      "--print-script"], "--print-script", "--wait", env=self.environment)

    def test_a_merge_that_is_refused_takes_the_array_back(self):
        self.answer("refuse", "8\n")
        process = self.on_cluster("sweep", "-q", "s.yaml", "-o", "out", "--engine", "slurm")
        self.assertEqual(process.returncode, 2)
        self.assertIn("8 is refused", process.stderr)
        self.assertEqual(self.bytes_of("slurm/cancelled"), b"7\n")
        self.answer("refuse", "")
        self.answer("run", "")
        self.submit("--resume", "--wait")
        self.assert_complete()

    def test_a_folder_that_cannot_be_written(self):
        self.write("file", "")
        self.refused(["sweep", "s.yaml", "-o", "file/out", "--engine", "slurm"],
                     "file/out: cannot make this folder", env=self.environment)
        self.submit("--print-script")
        shards = self.folder / "out/slurm/shards"
        shards.rmdir()
        shards.write_text("")
        process = self.on_cluster("sweep", "work", "out", "--chunk", "0")
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertIn("shards/0.sqlite: cannot open", process.stderr)

    # Following

    def test_a_controller_that_does_not_answer_for_a_while(self):
        self.answer("run", "")
        self.answer("silent", "2\n")
        said = self.worked("sweep", "s.yaml", "-o", "out", "--engine", "slurm", "--wait")
        self.assertEqual(said.count("Unable to contact slurm controller"), 1, said)
        self.assertIn("trying again", said)
        self.assert_complete()

    def test_a_queue_that_is_not_known_hides_nothing_else(self):
        self.submit()
        self.work(0, 2)
        self.answer("silent", "9\n")
        status = self.worked("sweep", "status", "out")
        self.assertIn("2 of 4 points evaluated", status)
        self.assertIn("the queue is not known: squeue: does not answer", status)

    # Tasks that end early

    def ended_as(self, state, code, *expected):
        """Task 1 of four ends without its point; status, merge and table say why."""
        self.submit()
        self.work(0, 2, 3)
        self.answer("queue", f"7|1|{state}|node2\n7|0|COMPLETED|None|node1\n")
        self.answer("codes", f"JobId=9 ArrayJobId=7 ArrayTaskId=1 ExitCode={code} NodeList=node2\n")
        status = self.worked("sweep", "status", "out")
        self.assertIn("1 failed", status)
        self.worked("sweep", "merge", "-q", "out")
        rows = self.table("out")
        self.assertEqual([row["status"] for row in rows], ["done", "open", "done", "done"])
        for text in [status, rows[1]["error"]]:
            for part in [*expected, "out/slurm/logs/1/1.log"]:
                self.assertIn(part, text)
        self.answer("queue", "")
        self.answer("run", "")
        self.submit("--resume", "--wait")
        self.assert_complete()

    def test_a_task_that_ran_out_of_time(self):
        self.ended_as("TIMEOUT|TimeLimit", "0:15", "out of its time on node2 (TIMEOUT)", "--time")

    def test_a_node_without_the_program(self):
        self.ended_as("FAILED|NonZeroExitCode", "127:0", "node2", "same path on all of them")

    def test_a_node_that_cannot_write_the_log(self):
        self.ended_as("FAILED|JobLaunchFailure", "0:53", "node2", "all nodes share")

    def test_a_merge_that_failed_is_made_by_hand(self):
        self.submit()
        self.work(0, 1, 2, 3)
        self.answer("queue", "8|N/A|FAILED|NonZeroExitCode|node2\n")
        self.assertIn("deltasim sweep merge", self.worked("sweep", "status", "out"))
        self.worked("sweep", "merge", "-q", "out")
        once = self.bytes_of("out/sweep.csv")
        self.worked("sweep", "merge", "-q", "out")
        self.assertEqual(self.bytes_of("out/sweep.csv"), once)
        self.assert_complete()

    # Databases of tasks

    def test_shards_that_are_damaged_or_of_others(self):
        self.submit()
        self.work(0, 1, 2, 3)
        shards = self.folder / "out/slurm/shards"
        os.truncate(shards / "0.sqlite", 0)
        os.truncate(shards / "1.sqlite", (shards / "1.sqlite").stat().st_size // 2)
        database = sqlite3.connect(shards / "2.sqlite")
        with database:
            database.execute("UPDATE meta SET value = '0.0.1' WHERE key = 'deltasim'")
        database.close()
        process = self.on_cluster("sweep", "merge", "-q", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("shards/1.sqlite: the database is damaged", process.stderr)
        self.assertIn("shards/2.sqlite: another sweep: it was begun by deltasim 0.0.1",
                      process.stderr)
        self.assertNotIn("0.sqlite:", process.stderr)
        self.assertEqual(self.statuses(), ["open", "open", "open", "done"])
        self.assertIn("1 of 4 points done", self.worked("sweep", "status", "out"))
        self.answer("run", "")
        self.submit("--resume", "--wait")
        self.assert_complete()

    # Clips

    def test_a_clip_that_a_node_does_not_see(self):
        self.write("clips.yaml", CLIP_EXPERIMENT)
        self.write("s.yaml", CLIPS.replace("video.file: {clips: clips}",
                                           "accelerator.pe_array.fifo_depth: [4]"))
        self.write("calibration.npy", video_bytes(2, seed=9))
        clips = ["v_Run_g01_c01.npy", "v_Run_g01_c02.npy"]
        for seed, name in enumerate(clips):
            self.write(f"clips/{name}", video_bytes(3, seed=seed))
        self.submit("--clips", "clips")
        hidden = (self.folder / "clips" / clips[1]).rename(self.folder / "hidden.npy")
        self.environment["SLURMD_NODENAME"] = "node2"
        self.work(0, 1)
        self.worked("sweep", "merge", "-q", "out")
        rows = self.table("out")
        self.assertEqual([row["status"] for row in rows], ["done", "failed"])
        for part in ["node2 cannot read", f"{self.folder}/clips/{clips[1]}", "all nodes share"]:
            self.assertIn(part, rows[1]["error"])
        hidden.rename(self.folder / "clips" / clips[1])
        self.answer("run", "")
        self.submit("--clips", "clips", "--resume", "--wait")
        self.done("sweep", "-q", "s.yaml", "-o", "here", "--clips", "clips")
        self.assertEqual(self.table("out"), self.table("here"))
        for name in ["clips.csv", "sites.csv"]:
            self.assertEqual(self.bytes_of(f"out/{name}"), self.bytes_of(f"here/{name}"))
        self.assertFalse([name for name in self.files() if name.endswith((".dtrace", ".item"))
                          and name != "a.dtrace"])

    # Cancelling

    def test_cancel_of_what_runs_and_of_what_does_not(self):
        self.submit()
        self.answer("queue", "7|0|RUNNING|None|node1\n7|1|PENDING|Resources|\n"
                             "8|N/A|PENDING|Dependency|\n")
        self.assertIn("cancelled", self.worked("sweep", "cancel", "out"))
        self.assertEqual(self.bytes_of("slurm/cancelled").split(), [b"7", b"8"])
        self.answer("queue", "7|0|CANCELLED|None|node1\n")
        self.assertIn("nothing works on this sweep", self.worked("sweep", "cancel", "out"))

    def test_cancel_ends_who_waits_and_then_the_jobs(self):
        self.answer("queue", "7|0|RUNNING|None|node1\n8|N/A|PENDING|Dependency|\n")
        process = self.start("sweep", "-q", "s.yaml", "-o", "out", "--engine", "slurm", "--wait",
                             env=self.environment)
        self.addCleanup(process.kill)
        submission = self.folder / "out/slurm/submission-1.json"
        while process.poll() is None and not (
                submission.exists() and '"merge": "8"' in submission.read_text()):
            time.sleep(0.02)
        status = self.worked("sweep", "status", "out")
        self.assertIn(f"running (process {process.pid})", status)
        self.assertIn("submission 1: job 7, 1 tasks: 0 waiting, 1 running", status)
        said = self.worked("sweep", "cancel", "out")
        _, message = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, message)
        self.assertIn(f"ended process {process.pid}", said)
        self.assertIn("cancelled 2 tasks and jobs", said)
        self.assertEqual(self.bytes_of("slurm/cancelled").split(), [b"7", b"8"])

    def test_a_process_of_another_machine_is_not_ended(self):
        self.done("sweep", "-q", "s.yaml", "-o", "out")
        with open(self.folder / "out/sweep.lock", "r+", encoding="utf-8") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            for host in ["elsewhere", socket.gethostname()]:  # or a container of the same name
                lock.seek(0)
                lock.truncate()
                lock.write(f"{host} 1\n")
                lock.flush()
                self.refused(["sweep", "cancel", "out"], f"process 1 on {host} works on this sweep")
            self.assertIn(f"running (process 1 on {host})", self.done("sweep", "status", "out"))


class LocalCancel(CommandTest):
    def test_a_local_sweep_ends_and_goes_on(self):
        self.done("trace", "synth", "-q", "--network", "resnet18", "--frames", "2", "-o", "a.dtrace")
        self.write("base.yaml", "trace: a.dtrace\nmodes: [delta]\n")
        depths = ", ".join(str(depth) for depth in range(1, 25))
        self.write("s.yaml", SMALL_SWEEP.replace("1, 2, 4, 8", depths))
        process = self.start("sweep", "-q", "s.yaml", "-o", "out", "-j", "2")
        self.addCleanup(process.kill)
        done = 0
        while process.poll() is None and done < 2:
            time.sleep(0.02)
            if (self.folder / "out/sweep.lock").exists():
                status = self.run_program("sweep", "export", "out").stdout
                done = sum(",done," in line for line in status.splitlines())
        said = self.done("sweep", "cancel", "out")
        _, message = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, message)
        self.assertIn(f"ended process {process.pid}", said)
        self.assertIn("--resume goes on", said)
        kept = self.done("sweep", "export", "out").splitlines()
        finished = [line for line in kept if ",done," in line]
        self.assertGreaterEqual(len(finished), 2)
        self.assertLess(len(finished), 24)
        self.assertNotIn(",failed,", "\n".join(kept))
        self.assertIn("nothing works on this sweep", self.done("sweep", "cancel", "out"))
        self.done("sweep", "-q", "s.yaml", "-o", "out", "--resume")
        whole = self.done("sweep", "export", "out").splitlines()
        self.assertEqual(sum(",done," in line for line in whole), 24)
        self.assertLessEqual(set(finished), set(whole))  # with the times they took then
        self.assertIn("nothing works on this sweep", self.done("sweep", "cancel", "out"))

    def test_a_folder_of_something_else(self):
        (self.folder / "out").mkdir()
        self.refused(["sweep", "cancel", "out"], "out: holds no sweep")
        self.refused(["sweep", "cancel", "nowhere"], "nowhere: holds no sweep")
        self.refused(["sweep", "cancel"], "folder is required")


if __name__ == "__main__":
    unittest.main()
