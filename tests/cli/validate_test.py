#!/usr/bin/env python3
"""validate: what is listed, and tables that a document gets."""
import unittest

from support import CommandTest

TOPOLOGY = ("Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, "
            "Num Filter, Strides,\nA,4,4,3,3,2,3,1,\nB,3,3,1,1,5,1,1,\n")
CYCLES = ("LayerID, Total Cycles (incl. prefetch), Total Cycles, Stall Cycles, Overall Util %,\n"
          "0, 999,119, 0, 50.5,\n1, 999,33, 0, 50.5,\n")
DOCUMENT = ("# Mine\n\n<!-- validate suites: begin -->\n<!-- validate suites: end -->\n\nprose\n\n"
            "<!-- validate systolic: begin -->\nout of date\n<!-- validate systolic: end -->\nend\n")


class Validate(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("data/scalesim/n_topology.csv", TOPOLOGY)
        self.write("data/scalesim/n_4x2_ws_COMPUTE_REPORT.csv", CYCLES)

    def test_every_suite_is_listed_with_its_bound(self):
        lines = self.done("validate", "--list").splitlines()
        suites = [line.split()[0] for line in lines if not line.startswith(" ")]
        bounds = [line for line in lines if line.strip().startswith("bound: ")]
        self.assertLessEqual({"systolic", "eyerissv2", "thesis", "identity"}, set(suites))
        self.assertEqual(len(bounds), len(suites))
        for bound in bounds:
            self.assertGreater(len(bound.split(":")[1].strip()), 0)

    def test_tables_of_a_document(self):
        self.write("doc.md", DOCUMENT)
        command = ["validate", "-q", "systolic", "--data", "data", "--markdown", "doc.md"]
        self.done(*command)
        text = self.bytes_of("doc.md").decode()
        self.assertNotIn("out of date", text)
        self.assertIn("\nprose\n", text)
        self.assertTrue(text.endswith("end\n"))
        self.assertIn("| equal |", text)
        self.assertIn("systolic holds in all", text)
        self.assertNotIn(str(self.folder), text)
        self.done(*command)
        self.assertEqual(self.bytes_of("doc.md").decode(), text)

    def test_a_new_document(self):
        self.done("validate", "-q", "systolic", "--data", "data", "--markdown", "new.md")
        self.assertIn("## `systolic`", self.bytes_of("new.md").decode())

    def test_a_broken_document_stays(self):
        self.write("doc.md", "<!-- validate systolic: begin -->\n")
        self.refused(["validate", "-q", "systolic", "--data", "data", "--markdown", "doc.md"],
                     "doc.md", "section systolic")
        (self.folder / "docs").mkdir()
        self.refused(["validate", "-q", "systolic", "--data", "data", "--markdown", "docs"],
                     "docs: cannot read: Is a directory")


if __name__ == "__main__":
    unittest.main()
