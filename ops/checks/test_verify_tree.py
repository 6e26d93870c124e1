"""Runs verify-tree over trees that are made up: python3 -m unittest discover ops/checks"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

VERIFY = pathlib.Path(__file__).parent.parent / "verify-tree"


class VerifyTreeTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        self.base = self.root / "docker/registry/v2"
        self.layer = self.blob(b"a layer")
        self.config = self.blob(b"{}")
        self.manifest = self.blob(
            json.dumps({"config": {"digest": self.config}, "layers": [{"digest": self.layer}]}).encode()
        )
        for digest in (self.layer, self.config):
            self.link(f"_layers/{digest.replace(':', '/')}/link", digest)
        self.link(f"_manifests/revisions/{self.manifest.replace(':', '/')}/link", self.manifest)
        self.link("_manifests/tags/latest/current/link", self.manifest)

    def blob(self, content):
        hexadecimal = hashlib.sha256(content).hexdigest()
        self.write(self.base / "blobs/sha256" / hexadecimal[:2] / hexadecimal / "data", content)
        return "sha256:" + hexadecimal

    def link(self, path, digest):
        self.write(self.base / "repositories/fedora/image" / path, digest.encode())

    def data(self, digest):
        hexadecimal = digest.split(":")[1]
        return self.base / "blobs/sha256" / hexadecimal[:2] / hexadecimal / "data"

    @staticmethod
    def write(path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def verify(self, *options):
        run = subprocess.run(
            [sys.executable, VERIFY, *options, self.root], capture_output=True, text=True, timeout=60, check=False
        )
        return run.returncode, run.stdout + run.stderr

    def assert_problem(self, *words):
        status, out = self.verify()
        self.assertEqual(1, status, out)
        for word in words:
            self.assertIn(word, out)

    def test_whole_tree_has_none(self):
        status, out = self.verify()
        self.assertEqual(0, status, out)
        self.assertIn("3 blobs, ", out)
        self.assertIn("1 repositories, 2 layers, 1 manifests, 1 tags, 0 unfinished tags, 0 uploads, 0 unfinished uploads: 0 problems", out)

    def test_corrupt_blob(self):
        self.data(self.layer).write_bytes(b"b layer")
        self.assert_problem(self.layer.split(":")[1] + "/data", "its 7 bytes have the digest", ": 1 problems")

    def test_missing_blob(self):
        self.data(self.layer).unlink()
        self.assert_problem("_layers/", "there is no blob " + self.layer)

    def test_reference_without_a_link(self):
        (self.base / "repositories/fedora/image/_layers" / self.config.replace(":", "/") / "link").unlink()
        self.assert_problem(f"refers to {self.config}, which is not there")

    def test_empty_link(self):
        self.link("_manifests/tags/latest/current/link", "")
        self.assert_problem("tags/latest/current/link: holds no digest but ''")

    def test_tag_of_a_manifest_that_was_deleted(self):
        (self.base / "repositories/fedora/image/_manifests/revisions" / self.manifest.replace(":", "/") / "link").unlink()
        self.assert_problem(f"the repository has no manifest {self.manifest}")

    def test_file_that_is_held_open(self):
        self.write(self.base / "repositories/fedora/image/_uploads/1/.nfs0001", b"")
        self.write(self.base / "repositories/fedora/image/_uploads/1/data", b"")
        self.assert_problem(".nfs0001: deleted, but held open")

    def test_leftover(self):
        draft = self.root / ".tmp/1"
        self.write(draft, b"")
        self.assertEqual(0, self.verify()[0])
        os.utime(draft, (0, 0))
        self.assert_problem(".tmp/1: a temporary file that nobody swept up")

    def test_no_tree(self):
        (self.root / "docker").rename(self.root / "elsewhere")
        self.assertEqual(2, self.verify()[0])


if __name__ == "__main__":
    unittest.main()
