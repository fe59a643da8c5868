#!/usr/bin/env python3
"""Help, version, and what is said about a command line that is wrong."""
import unittest

from support import SOURCE, CommandTest

COMMANDS = (["trace"], ["trace", "record"], ["trace", "synth"], ["trace", "import"],
            ["trace", "info"], ["trace", "verify"], ["run"], ["place"], ["dvfs"], ["faults"], ["classify"],
            ["show"], ["show", "accelerator"], ["show", "energy"], ["show", "memory"],
            ["show", "network"], ["show", "sram"], ["validate"],
            ["doctor"], ["completion"], ["man"], ["report"],
            ["sweep"], ["sweep", "status"], ["sweep", "export"],
            ["sweep", "hypervolume"],
            ["sweep", "work"], ["sweep", "merge"], ["sweep", "cancel"])


class Usage(CommandTest):
    def test_version(self):
        self.assertRegex(self.done("--version"), r"^deltasim \d+\.\d+\.\d+\n")

    def test_help_of_every_command(self):
        for command in ([], *COMMANDS):
            with self.subTest(command=command):
                self.assertIn("--help", self.done(*command, "--help"))

    def test_every_command_of_the_help_is_known_here(self):
        text = self.done("--help-all") if "--help-all" in self.done("--help") else self.done("--help")
        listed = text[text.index("Subcommands:"):].split("\n\n")[0].split("\n")[1:]
        names = {line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "}
        self.assertLessEqual(names, {command[0] for command in COMMANDS})

    def test_no_command(self):
        self.refused([], "subcommand is required")
        self.refused(["trace"], "subcommand is required")

    def test_unknown_commands(self):
        self.refused(["trce", "info"], "'trce'", "did you mean trace?")
        self.refused(["-q", "trce", "info"], "'trce'", "did you mean trace?")
        self.refused(["trace", "recrd"], "'recrd'", "did you mean record?")
        self.refused(["show", "acelerator", "x"], "did you mean accelerator?")
        self.refused(["rnu"], "did you mean run?")
        self.refused(["valid"], "did you mean validate?")
        self.refused(["trace", "-q", "recrd"], "did you mean record?")

    def test_commands_that_are_elsewhere(self):
        self.refused(["record"], "did you mean deltasim trace record?")
        self.refused(["trace", "run", "x.yaml"], "did you mean deltasim run?")

    def test_unknown_options(self):
        self.refused(["trace", "record", "--netwrok", "alexnet", "-o", "x"], "--netwrok",
                     "did you mean --network?")
        self.refused(["run", "--job=2", "x.yaml"], "deltasim run: unknown option --job", "did you mean --jobs?")
        self.refused(["run", "--video", "x", "y.yaml"], "--video", "one of deltasim trace record")
        self.refused(["run", "x.yaml", "-out", "y"], "-out", "did you mean --out?")
        self.refused(["run", "--jo", "2", "x.yaml"], "did you mean --jobs?")

    def test_arguments_too_many_or_too_few(self):
        self.refused(["run", "x.yaml", "y.yaml"], "deltasim run: unexpected argument 'y.yaml'")
        self.refused(["run"], "deltasim run: experiment is required", "see deltasim run --help")
        self.refused(["run", "x.yaml", "--jobs", "many"], "--jobs", "many")

    def test_unknown_names(self):
        self.refused(["show", "accelerator", "delta_event_25"], "did you mean delta_event_256?")
        self.refused(["show", "energy", "horowitz_44nm"], "did you mean horowitz_45nm?")
        self.refused(["show", "network", "vgg17"], "did you mean vgg16?")
        self.refused(["validate", "systolc"], "did you mean systolic?")
        self.refused(["validate", "--network", "vgg16"], "the suite eyeriss alone")

    def test_shown(self):
        self.assertIn("GMAC", self.done("show", "network", "resnet18"))
        self.assertIn("KiB", self.done("show", "accelerator", "delta_event_256"))
        self.assertIn("pJ", self.done("show", "energy", "horowitz_45nm"))
        self.assertIn("tpuv4i_7nm", self.done("show", "energy"))
        self.assertIn("not verified", self.done("show", "energy", "tpuv4i_7nm"))
        ert = str(SOURCE / "configs/energy/ert/eyeriss_like_45nm.ERT_summary.yaml")
        self.assertIn("eyeriss_like.shared_glb", self.done("show", "energy", ert))

    def test_output_that_nobody_can_take(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            for command in (["--help"], ["show", "network", "alexnet"], ["validate", "--list"]):
                with self.subTest(command=command):
                    self.refused(command, "No space left on device", stdout=full)


if __name__ == "__main__":
    unittest.main()
