#!/usr/bin/env python3
"""Shell completion, asked as a shell asks; and the manual page, which tells of the same commands."""
import functools
import os
import re
import shutil
import subprocess
import unittest

from support import PROGRAM, SOURCE, CommandTest

CONFIGS = SOURCE / "configs"


def shipped(kind):
    return {file.stem for file in (CONFIGS / kind).glob("*.yaml")}


@functools.cache
def bash_script():
    return subprocess.run([PROGRAM, "completion", "bash"], text=True, capture_output=True,
                          check=True).stdout


class Completion(CommandTest):
    """The words that bash would offer, from the script that the program prints."""

    def offered(self, *words):
        """@param words of the command line, as bash takes it apart; the last is being typed"""
        asked = 'source /dev/stdin <<<"$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _deltasim; ' \
                '[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-uc", asked, "bash", bash_script(), PROGRAM, *words], cwd=self.folder,
                              text=True, capture_output=True, timeout=60, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split("\n")[:-1]

    def test_the_script_is_registered_and_is_sound(self):
        script = self.write("completion.bash", self.done("completion", "bash"))
        subprocess.run(["bash", "-n", script], check=True)
        shown = subprocess.run(["bash", "-c", f"source {script}; complete -p deltasim"], text=True,
                               capture_output=True, check=True)
        self.assertIn("-F _deltasim deltasim", shown.stdout)

    def test_commands(self):
        listed = re.findall(r"^  (\w+) {2,}", self.help_part([], "Subcommands:"), re.MULTILINE)
        self.assertIn("run", listed)
        self.assertEqual(self.offered(""), listed)
        self.assertEqual(self.offered("tra"), ["trace"])
        self.assertEqual(self.offered("trace", "re"), ["record"])
        self.assertEqual(self.offered("-q", "trace", "re"), ["record"])

    def help_part(self, command, title):
        text = self.done(*command, "--help")
        return text[text.index(title):].split("\n\n")[0]

    def test_every_option_of_every_command(self):
        for command in self.all_commands():
            with self.subTest(command=command):
                own = set(re.findall(r"(?<![\w-])--[\w-]+(?=[ \n,]|$)",
                                     "\n".join(re.findall(r"^  -.{0,60}", self.done(*command, "--help"),
                                                          re.MULTILINE))))
                offered = set(self.offered(*command, "-"))
                self.assertLessEqual(own, offered)
                self.assertLessEqual({"--help", "--quiet", "--verbose"}, offered)

    def all_commands(self):
        for command in self.offered(""):
            below = self.offered(command, "") if command in ("trace", "show") else []
            yield from [[command, sub] for sub in below] or [[command]]

    def test_an_option_is_offered_once_unless_it_may_be_repeated(self):
        self.assertNotIn("--jobs", self.offered("run", "x.yaml", "-j", "2", "--"))
        self.assertIn("--set", self.offered("run", "x.yaml", "--set", "frames=1", "--"))

    def test_names_of_shipped_things(self):
        self.assertEqual(set(self.offered("show", "accelerator", "")), shipped("accelerators"))
        self.assertEqual(set(self.offered("show", "energy", "")), shipped("energy"))
        self.assertEqual(set(self.offered("show", "accelerator", "x", "--energy", "")),
                         shipped("energy"))
        self.assertEqual(set(self.offered("show", "memory", "")), shipped("memories"))
        self.assertEqual(set(self.offered("run", "")), shipped("experiments"))
        self.assertIn("two_stream_resnet50", self.offered("trace", "record", "--network", ""))
        self.assertEqual(self.offered("show", "network", "vgg"), ["vgg16"])
        self.assertIn("systolic", self.offered("validate", "identity", ""))
        self.assertEqual(self.offered("dvfs", "x.yaml", "--mode", "del"), ["delta"])
        self.assertEqual(self.offered("completion", ""), ["bash", "zsh"])

    def test_names_of_a_folder_of_ones_own(self):
        self.write("mine/accelerators/tiny.yaml", "")
        os.environ["DELTASIM_CONFIGS"] = str(self.folder / "mine")
        self.addCleanup(os.environ.pop, "DELTASIM_CONFIGS")
        self.assertEqual(self.offered("show", "accelerator", "t"), ["tiny"])

    def test_values_behind_an_equals_sign(self):
        self.assertEqual(self.offered("dvfs", "--mode", "=", "sel"), ["selective"])
        self.assertEqual(self.offered("dvfs", "--mode", "="), ["dense", "spatial", "delta", "selective"])
        self.assertEqual(self.offered("run", "--set", "energy", "=", "tpu"), ["tpuv4i_7nm"])
        self.assertEqual(self.offered("run", "--set", "ene"), ["energy="])
        self.assertEqual(self.offered("trace", "record", "-Q", "fix"), ["fixed_point:"])
        self.assertEqual(self.offered("trace", "record", "-Q", "fixed_point", ":"), [])

    def test_files(self):
        for name in ("mine.yaml", "clip.dtrace", "notes.txt", "folder/mine.yaml", "my traces/x.dtrace"):
            self.write(name, "")
        self.assertEqual(sorted(self.offered("run", "m")), ["mine.yaml", "my traces"])
        self.assertEqual(self.offered("run", "folder/"), ["folder/mine.yaml"])
        self.assertEqual(self.offered("trace", "info", "c"), ["clip.dtrace"])
        self.assertEqual(sorted(self.offered("run", "x.yaml", "--out", "")), ["folder", "my traces"])
        self.assertIn("notes.txt", self.offered("validate", "--markdown", "n"))

    def test_nothing_where_nothing_is_known(self):
        self.assertEqual(self.offered("run", "--jobs", ""), [])
        self.assertEqual(self.offered("nonsense", "x", "--zz"), [])
        self.assertEqual(self.offered("man", "x", "y"), [])

    def test_other_shells(self):
        self.refused(["completion", "fish"], "bash or zsh")
        self.refused(["completion", "bsh"], "did you mean bash?")

    def test_zsh(self):
        if shutil.which("zsh") is None:
            self.skipTest("no zsh")
        script = self.write("_deltasim", self.done("completion", "zsh"))
        subprocess.run(["zsh", "-n", script], check=True)
        # The functions of zsh's own completion tell what they are given.
        asked = """
            compdef() { print registered $2 }
            compset() { PREFIX=${PREFIX##*=} }
            _describe() { print -rl -- "${(@P)4}" }
            _files() { print -r -- files "$@" }
            source $1; shift; words=("$@"); CURRENT=$#; PREFIX=${words[-1]}; _deltasim"""
        def offered(*words):
            done = subprocess.run(["zsh", "-fc", asked, "zsh", script, PROGRAM, *words], text=True,
                                  cwd=self.folder, capture_output=True, timeout=60, check=True)
            self.assertEqual(done.stderr, "")
            lines = done.stdout.split("\n")[:-1]
            self.assertEqual(lines[0], "registered deltasim")
            return lines[1:]
        self.assertRegex(offered("trace", "rec")[0], r"^record:Run a network")
        self.assertEqual(offered("dvfs", "--mode=sel"), ["selective:"])
        self.assertEqual(offered("trace", "record", "-Q", "fix"), ["fixed_point\\::"])
        self.assertIn("files -g *.(yaml|yml)(-.)", offered("run", ""))
        self.assertEqual(offered("run", "x.yaml", "--out", ""), ["files -/"])


class ManualPage(CommandTest):
    def setUp(self):
        super().setUp()
        self.page = self.done("man")
        self.text = re.sub(r"\\f[A-Z]", "", self.page).replace("\\-", "-").replace("\\&", "")

    def test_it_holds_every_command_and_option(self):
        commands = re.findall(r"^\.SS deltasim (.*)$", self.text, re.MULTILINE)
        self.assertIn("trace record", commands)
        for command in commands:
            section = self.text[self.text.index(f".SS deltasim {command}\n"):].split("\n.S")[0]
            shown = self.done(*command.split(), "--help")
            for option in re.findall(r"^  (?:-\w,)?(--[\w-]+)", shown, re.MULTILINE):
                if option != "--help":
                    self.assertIn(option, section, command)
        for command in re.findall(r"^  (\w+) {2,}", self.done("--help").split("Subcommands:")[1]
                                  .split("\n\n")[0], re.MULTILINE):
            self.assertTrue(any(name.split()[0] == command for name in commands), command)

    def test_it_holds_every_environment_variable(self):
        used = set()
        for folder in ("arch", "cli", "energy", "report", "sim", "traces", "workloads"):
            for file in (SOURCE / folder).rglob("*.cpp"):
                used |= set(re.findall(r'(?:getenv|is_set)\("(\w+)"\)', file.read_text(encoding="utf-8")))
        self.assertIn("DELTASIM_CONFIGS", used)
        shown = self.done("--help")
        for name in used:
            self.assertIn(f".TP\n{name}\n", self.text)
            self.assertIn(f"  {name} ", shown)

    def test_its_language_is_right(self):
        page = self.write("deltasim.1", self.page)
        self.assertTrue(self.page.isascii())
        checked = False
        if shutil.which("mandoc"):
            lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], text=True,
                                  capture_output=True, timeout=60, check=False)
            faults = [line for line in lint.stdout.splitlines() if "missing date" not in line]
            self.assertEqual(faults, [])
            checked = True
        if shutil.which("groff"):
            for width in ("80n", "60n"):
                done = subprocess.run(["groff", "-man", "-Tascii", "-ww", f"-rLL={width}", page], text=True,
                                      capture_output=True, timeout=60, check=True)
                self.assertEqual(done.stderr, "")
            self.assertIn("EXIT STATUS", re.sub(".\b", "", done.stdout))
            checked = True
        self.assertTrue(checked, "neither mandoc nor groff is installed")


if __name__ == "__main__":
    unittest.main()
