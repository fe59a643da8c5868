#!/usr/bin/env python3
"""Runs the commands of README.md and docs/*.md: what a document tells its reader to type must work,
and what it links to must be there.

  tools/check_readme.py [build/release/cli/deltasim]

Every ```sh block is run as one bash script, and of a ```console block the lines that begin with
"$ ". A block is left out where the line above it is <!-- not run: reason -->. The blocks of one
document run one after another in one scratch folder that looks like the project's root (links to
all that is there), with deltasim on the PATH; so they may use each other's files and leave none.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_TOOL = ROOT / "build" / "release" / "cli" / "deltasim"
BLOCK = re.compile(r"(?:^<!-- not run: (?P<reason>.+?) -->\n)?^```(?P<kind>sh|console)\n(?P<body>.*?)^```",
                   re.MULTILINE | re.DOTALL)
TIME_LIMIT_S = 600

# Commands that are not run again here, and why.
EXCEPTIONS = {
    "./demo.sh": "sets up the machine; tried on a fresh one",
    "./test.sh": "the run of which this check is a part has just run it",
    ".ci/run": "this check is a part of it",
    "tools/setup.sh": "installs packages; ./test.sh has just run it",
}


def blocks(text):
    """(line number, commands) of each block that is to be run."""
    for match in BLOCK.finditer(text):
        if match["reason"]:
            continue
        lines = match["body"].splitlines()
        if match["kind"] == "console":
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        kept = [line for line in lines if line.split("#")[0].strip() not in EXCEPTIONS]
        if any(line.strip() and not line.strip().startswith("#") for line in kept):
            yield text.count("\n", 0, match.start()) + 1, "\n".join(kept)


def anchor(heading):
    """The name by which a link calls a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def broken_links(document):
    """Links of a document to files, or headings of other documents, that are not there."""
    code = re.compile(r"^```.*?^```|^    .*?$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
    text = code.sub("", document.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = target.partition("#")
        if "://" in target or not re.search("[./#]", target):
            continue
        file = document.parent / path if path else document
        if not file.exists():
            yield f"{document.name}: the link {target} leads nowhere"
        elif heading and file.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            if heading not in map(anchor, headings):
                yield f"{document.name}: {path} has no heading for {target}"


def make_stage(folder):
    for entry in ROOT.iterdir():
        if entry.name not in (".git", "results"):
            (folder / entry.name).symlink_to(entry)


def run(document, tool):
    """The faults of one document."""
    with tempfile.TemporaryDirectory(prefix="deltasim-readme-") as name:
        stage = Path(name)
        make_stage(stage)
        environment = dict(os.environ, PATH=f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
        for line, commands in blocks(document.read_text(encoding="utf-8")):
            try:
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=stage,
                                      env=environment, stdin=subprocess.DEVNULL, text=True,
                                      capture_output=True, timeout=TIME_LIMIT_S, check=False)
                status, output = done.returncode, done.stdout + done.stderr
            except subprocess.TimeoutExpired:
                status, output = "none", f"not done after {TIME_LIMIT_S} s"
            if status != 0:
                yield f"{document.relative_to(ROOT)}:{line}: exit status {status}\n{commands}\n{output}"
            else:
                print(f"{document.relative_to(ROOT)}:{line}: fine")


def main():
    tool = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else DEFAULT_TOOL
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    faults = [fault for document in [*documents, ROOT / "CONTRIBUTING.md"] for fault in broken_links(document)]
    faults += [fault for document in documents for fault in run(document, tool)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
