"""Running the built program as a user does, and making small inputs for it. Standard library only."""
import json
import os
import random
import resource
import struct
import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path

PROGRAM = os.environ["DELTASIM_PROGRAM"]
SOURCE = Path(__file__).resolve().parents[2]
SIDE = 224


def npy_bytes(data, shape, descr="|u1"):
    """A NumPy array file, version 1.0."""
    sizes = ", ".join(str(size) for size in shape) + ("," if len(shape) == 1 else "")
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sizes}), }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data


def video_bytes(frames, seed=1):
    """Noise of which a part changes from frame to frame, of the networks' input size."""
    generator = random.Random(seed)
    picture = bytearray(generator.randbytes(SIDE * SIDE * 3))
    pictures = b""
    for _ in range(frames):
        at = generator.randrange(len(picture) - 20000)
        picture[at:at + 20000] = generator.randbytes(20000)
        pictures += bytes(picture)
    return npy_bytes(pictures, (frames, SIDE, SIDE, 3))


def write_npz(path, arrays):
    """@param arrays name -> (shape, float values)"""
    with zipfile.ZipFile(path, "w") as archive:
        for name, (shape, values) in arrays.items():
            data = struct.pack(f"<{len(values)}f", *values)
            archive.writestr(name + ".npy", npy_bytes(data, shape, "<f4"))


def shared_data_or_skip(relative):
    """Reference data that does not ship with the project; without it the test is skipped by name."""
    for root in (os.environ.get("DELTASIM_DATA"), SOURCE.parent / "shared" / "data"):
        if root and (Path(root) / relative).exists():
            return Path(root) / relative
    print(f"SKIPPED: no reference data {relative}", flush=True)
    raise unittest.SkipTest(f"no reference data {relative}")


class CommandTest(unittest.TestCase):
    """Each test has a folder of its own, in which the program runs."""

    maxDiff = 2000

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def start(self, *arguments, **options):
        return subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def run_program(self, *arguments, file_limit=None, **options):
        """@param file_limit bytes that a file may grow to: a disk that fills up"""
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder,
                              stderr=subprocess.PIPE, text=True, timeout=300, check=False,
                              preexec_fn=limit if file_limit else None, **options)

    def done(self, *arguments, **options):
        """What the program prints, of a command that works."""
        process = self.run_program(*arguments, **options)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process.stdout

    def files(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))

    def refused(self, arguments, *fragments, **options):
        """Status 2, a message with all of the fragments and no stack, and no file more or less."""
        before = self.files()
        process = self.run_program(*arguments, **options)
        message = process.stderr
        self.assertEqual(process.returncode, 2, message)
        for fragment in fragments:
            self.assertIn(fragment, message)
        self.assertNotIn("internal fault", message)
        self.assertNotIn("terminate called", message)
        self.assertEqual(self.files(), before)

    def json(self, path):
        return json.loads((self.folder / path).read_text(encoding="utf-8"))

    def bytes_of(self, path):
        return (self.folder / path).read_bytes()
