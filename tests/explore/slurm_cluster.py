"""A Slurm cluster on this machine for one test: munged, slurmctld and some slurmd on the loopback
interface, all in a temporary folder. Standard library only; needs root."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo"]
SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

CONFIGURATION = """\
ClusterName=deltasim
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmUser=root
SlurmdUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
# A node that is silent for so many seconds is down, and its tasks are requeued.
SlurmdTimeout=5
ReturnToService=2
KillWait=2
# Tasks are requeued because they ask for it.
JobRequeue=0
MpiDefault=none
MailProg=/bin/true
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
{more}
"""
# Nothing uses cgroups here, but looking for a plugin fails where /sys/fs/cgroup is not mounted.
CGROUPS = "CgroupPlugin=cgroup/v1\n"
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 RealMemory=1000\n"
PARTITION = "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n"


def why_not():
    """What this machine lacks for a cluster; empty: nothing."""
    missing = [name for name in PROGRAMS if not shutil.which(name, path=SYSTEM_PATH)]
    if missing:
        return f"{', '.join(missing)} not installed (Debian: slurm-wlm, munge)"
    return "" if os.geteuid() == 0 else "the daemons of a cluster need root"


def may_hide_folders():
    """Whether start_node_without() may mount something that only its node sees."""
    mount = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode == 0


def free_ports(count):
    """Ports that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def environment_of(process):
    try:
        return Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return []  # it ended meanwhile, or is the kernel's


def processes_with(*variables):
    """Ids of the processes that have all of these "NAME=VALUE" in their environment."""
    wanted = [variable.encode() for variable in variables]
    ids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [each for each in ids
            if each != os.getpid() and set(wanted) <= set(environment_of(each))]


def parent_of(process):
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("PPid:")))


def command_of(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def kill(processes):
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


def tear_down(folder):
    """Kills whatever runs in the cluster of this folder, daemons and tasks, and removes it."""
    for _ in range(100):
        processes = processes_with(f"SLURM_CONF={folder}/slurm.conf")
        if not processes:
            break
        kill(processes)
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


def start_reaper(folder):
    """A process of its own that tears the cluster down when this one closes the pipe or ends,
    however it ends. @return the pipe, and another to wait for the end"""
    end_read, end_write = os.pipe()
    process = subprocess.Popen([sys.executable, __file__, str(folder)], stdin=subprocess.PIPE,
                               pass_fds=[end_write], start_new_session=True)
    os.close(end_write)
    return process, end_read


class SlurmCluster:
    """with SlurmCluster() as cluster: ..."""

    def __init__(self, nodes=3, more=""):
        """@param more lines of slurm.conf"""
        self.nodes = [f"node{number + 1}" for number in range(nodes)]
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-"))
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("SLURM", "SBATCH", "SQUEUE"))}
        self.environment |= {"SLURM_CONF": f"{self.folder}/slurm.conf", "PATH": SYSTEM_PATH}
        self.daemons = {}
        self.more = more

    def __enter__(self):
        self.reaper, self.reaper_end = start_reaper(self.folder)
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def write_configuration(self):
        host = socket.gethostname().split(".")[0]
        controller, *ports = free_ports(1 + len(self.nodes))
        text = CONFIGURATION.format(host=host, port=controller, folder=self.folder, more=self.more)
        for name, port in zip(self.nodes, ports):
            text += NODE.format(name=name, host=host, port=port)
        (self.folder / "slurm.conf").write_text(text + PARTITION, encoding="utf-8")
        (self.folder / "cgroup.conf").write_text(CGROUPS, encoding="utf-8")

    def start(self):
        self.folder.chmod(0o755)  # munged's clients must reach its socket
        for name in ["state", "spool"]:
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        self.write_configuration()
        self.start_daemon("munged", "--foreground", f"--socket={self.folder}/munge.socket",
                          f"--key-file={key}", f"--log-file={self.folder}/munged.log",
                          f"--pid-file={self.folder}/munged.pid",
                          f"--seed-file={self.folder}/munged.seed")
        self.wait_until((self.folder / "munge.socket").exists, "munged listens")
        self.start_daemon("slurmctld", "-D", "-c")
        for name in self.nodes:
            self.start_node(name)
        self.wait_until(lambda: self.state_of_nodes() == {name: "idle" for name in self.nodes},
                        "all nodes are idle")

    def stop(self):
        self.reaper.stdin.close()
        os.read(self.reaper_end, 1)  # returns when the reaper has ended
        os.close(self.reaper_end)
        for daemon in [*self.daemons.values(), self.reaper]:
            daemon.wait()

    def start_daemon(self, name, *arguments, label=""):
        with open(self.folder / f"{label or name}.out", "ab") as output:
            self.daemons[label or name] = subprocess.Popen(
                [shutil.which(name, path=SYSTEM_PATH), *arguments], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/")

    def start_node(self, name):
        self.start_daemon("slurmd", "-D", "-N", name, label=name)

    def start_node_without(self, name, folder):
        """A node that does not share a folder: an empty one lies over it there."""
        hide = f"mount -t tmpfs none '{folder}' && exec slurmd -D -N {name}"
        self.start_daemon("unshare", "--mount", "sh", "-c", hide, label=name)

    def end_node(self, name):
        self.daemons[name].terminate()
        self.daemons[name].wait()

    def tasks_on(self, node):
        """Ids of the processes of the jobs that run on a node."""
        return processes_with(f"SLURM_CONF={self.folder}/slurm.conf", f"SLURMD_NODENAME={node}")

    def kill_node(self, node):
        """As a power cut: slurmd, the slurmstepd of its jobs, and their processes."""
        self.daemons[node].kill()
        while tasks := self.tasks_on(node):  # one of them may just start another
            steps = {parent_of(task) for task in tasks}
            kill([step for step in steps if "slurmstepd" in command_of(step)] + tasks)
            time.sleep(0.02)
        self.daemons[node].wait()

    def cancel_all(self):
        """And waits until no task writes any more."""
        self.command("scancel", "--user=root")
        self.wait_until(lambda: not any(self.tasks_on(node) for node in self.nodes),
                        "all tasks have ended")

    def command(self, *words):
        process = subprocess.run(words, env=self.environment, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, check=False, cwd=self.folder)
        return process.stdout

    def state_of_nodes(self):
        """Name -> "idle", "allocated", "down*" ..."""
        lines = self.command("sinfo", "-N", "-h", "-o", "%N %T").split("\n")
        return dict(line.split() for line in lines if line)

    def tasks(self):
        """Of every job: (job, task, state, reason), the ended ones too."""
        lines = self.command("squeue", "-h", "-r", "-t", "all", "-o", "%F %K %T %r").split("\n")
        return [tuple(line.split(maxsplit=3)) for line in lines if line]

    def start_requeued_tasks(self):
        """Slurm lets a requeued task wait for two minutes; its administrator does not."""
        for job, task, state, reason in self.tasks():
            if state == "PENDING" and reason == "BeginTime":
                self.command("scontrol", "update", f"JobId={job}_{task}", "StartTime=now")

    def wait_until(self, holds, what, patience=60):
        """Polls; a cluster that is stuck is a failure with its logs."""
        end = time.monotonic() + patience
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain until {what}\n{self.logs()}")
            time.sleep(0.1)

    def logs(self):
        files = sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")])
        return "\n".join(f"== {file.name}\n{file.read_text(errors='replace')[-3000:]}"
                         for file in files)


if __name__ == "__main__":
    sys.stdin.read()
    tear_down(sys.argv[1])
