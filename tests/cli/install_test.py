#!/usr/bin/env python3
"""`cmake --install` puts the program where it finds its files by itself, with manual page and
completion."""
import os
import subprocess
import unittest

from support import PROGRAM, CommandTest


class Install(CommandTest):
    def test_an_installed_program_is_complete(self):
        build = os.path.dirname(os.path.dirname(PROGRAM))
        prefix = self.folder / "prefix"
        subprocess.run(["cmake", "--install", f"{build}/cli", "--prefix", prefix], check=True,
                       capture_output=True, timeout=60)
        program = prefix / "bin/deltasim"
        page = (prefix / "share/man/man1/deltasim.1").read_text(encoding="utf-8")
        self.assertIn(".SS deltasim trace record", page)
        for script in ("share/bash-completion/completions/deltasim", "share/zsh/site-functions/_deltasim"):
            self.assertIn("completion words", (prefix / script).read_text(encoding="utf-8"))
        environment = {name: value for name, value in os.environ.items() if name != "DELTASIM_CONFIGS"}
        shown = subprocess.run([program, "doctor", "--no-speed"], cwd=self.folder, env=environment, text=True,
                               capture_output=True, timeout=60, check=True).stdout
        self.assertIn(f"{prefix}/share/deltasim/configs: accelerators:", shown)


if __name__ == "__main__":
    unittest.main()
