#!/usr/bin/env python3
"""The checks under tools/ find what they are there to find."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
sys.dont_write_bytecode = True

import check_layering  # noqa: E402
import check_readme  # noqa: E402
import check_tests_listed  # noqa: E402
import check_type_names  # noqa: E402


class Project(unittest.TestCase):
    """A project of a few files."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name)

    def write(self, path, text=""):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


class Layering(Project):
    def faults(self):
        return check_layering.check(self.root)

    def test_downwards_is_fine(self):
        self.write("arch/a.h")
        self.write("traces/b.cpp", '#include "arch/a.h"\n#include <vector>\n#include "traces/t.pb.h"\n')
        self.write("sim/components/c.cpp", '#include <systemc>\n#include "arch/a.h"\n')
        self.assertEqual(self.faults(), [])

    def test_upwards_is_found(self):
        self.write("traces/b.h")
        self.write("arch/a.h", '#include "traces/b.h"\n')
        self.assertEqual(self.faults(), ['arch/a.h: arch may not include traces ("traces/b.h")'])

    def test_mapping_knows_no_components(self):
        self.write("sim/components/c.h")
        self.write("sim/mapping/m.h", '#include "sim/components/c.h"\n')
        self.write("sim/pipeline/p.h", '#include "sim/mapping/m.h"\n#include "sim/components/c.h"\n')
        self.assertEqual(len(self.faults()), 1)

    def test_systemc_outside_of_its_folders_is_found(self):
        for path in ("sim/mapping/m.h", "cli/main.cpp"):
            self.write(path, "#include <tlm_utils/simple_target_socket.h>\n")
        self.assertEqual(len(self.faults()), 2)

    def test_a_cycle_is_found(self):
        self.write("arch/a.h", '#include "arch/b.h"\n')
        self.write("arch/b.h", '#include "arch/a.h"\n')
        self.assertEqual(self.faults(), ["include cycle: arch/a.h -> arch/b.h -> arch/a.h"])

    def test_an_include_beside_the_file_is_found(self):
        self.write("arch/b.h")
        self.write("arch/a.h", '#include "b.h"\n')
        self.assertEqual(len(self.faults()), 1)


class TestsListed(Project):
    def test_listed_with_its_suite_is_fine(self):
        self.write("tests/arch/CMakeLists.txt", "deltasim_add_tests(arch SOURCES a_test.cpp)\n")
        self.write("tests/arch/a_test.cpp", "BOOST_AUTO_TEST_SUITE(a_test)\n")
        self.assertEqual(list(check_tests_listed.check(self.root)), [])

    def test_unlisted_and_misnamed_are_found(self):
        self.write("tests/arch/CMakeLists.txt", "deltasim_add_tests(arch SOURCES aa_test.cpp)\n")
        self.write("tests/arch/a_test.cpp", "BOOST_AUTO_TEST_SUITE(b_test)\n")
        self.assertEqual(len(list(check_tests_listed.check(self.root))), 2)

    def test_python_tests_are_listed_too(self):
        self.write("tests/cli/CMakeLists.txt", "add_test(NAME a COMMAND \"${HERE}/a_test.py\")\n")
        self.write("tests/cli/a_test.py")
        self.assertEqual(list(check_tests_listed.check(self.root)), [])
        self.write("tests/cli/b_test.py")
        self.assertEqual(list(check_tests_listed.check(self.root)),
                         ["tests/cli/b_test.py: not listed in tests/cli/CMakeLists.txt"])


class Readme(unittest.TestCase):
    def commands(self, text):
        return [commands for _, commands in check_readme.blocks(text)]

    def test_sh_and_console_blocks_are_taken(self):
        self.assertEqual(self.commands("```sh\na\nb\n```\n```console\n$ c\nout\n```\n```text\nd\n```\n"),
                         ["a\nb", "c"])

    def test_marked_blocks_and_exceptions_are_left_out(self):
        self.assertEqual(self.commands("<!-- not run: your file -->\n```sh\na\n```\n```sh\n./test.sh # all\n```\n"), [])


class Links(Project):
    def test_links_that_lead_nowhere_are_found(self):
        self.write("docs/b.md", "# The SRAM's `fit`\n")
        self.write("docs/a.md", "[b](b.md) [fit](b.md#the-srams-fit) [far](https://example.org/x)\n"
                   "[x](c.md) [y](b.md#lost)\n```sh\n[z](d.md)\n```\n")
        self.assertEqual(list(check_readme.broken_links(self.root / "docs" / "a.md")),
                         ["a.md: the link c.md leads nowhere", "a.md: b.md has no heading for b.md#lost"])


class TypeNames(Project):
    def faults(self):
        return list(check_type_names.check(self.root))

    def test_one_name_for_two_types_is_found(self):
        self.write("arch/a.h", "namespace deltasim {\nstruct Part {\n};\n}\n")
        self.write("report/b.h", "namespace deltasim {\nclass Part : Other {\n};\n}\n")
        self.assertEqual(self.faults(), ["deltasim::Part stands in arch/a.h and in report/b.h"])

    def test_other_namespaces_and_forward_declarations_are_fine(self):
        self.write("arch/a.h", "namespace deltasim {\nstruct Part {\n};\n}\n")
        self.write("arch/b.h", "namespace deltasim::dram {\nstruct Part {\n};\n}\n")
        self.write("report/c.h", "namespace deltasim {\nstruct Part;\n}\n")
        self.assertEqual(self.faults(), [])


if __name__ == "__main__":
    unittest.main()
