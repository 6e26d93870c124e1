"""Runs verify-tree over trees that are made up: python3 -m unittest discover ops/checks"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ABSENT = "sha256:" + "0" * 64
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
        self.pushed = None

    def revision(self, digest):
        return self.base / "repositories/fedora/image/_manifests/revisions" / digest.replace(":", "/") / "link"

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

    def index(self, *children):
        """An index of the image and of these, pushed; the one before is deleted."""
        image = {"digest": self.manifest, "platform": {"os": "linux", "architecture": "amd64"}}
        index = self.blob(json.dumps({"manifests": [image, *children]}).encode())
        if self.pushed:
            self.revision(self.pushed).unlink()
        self.pushed = index
        self.link(f"_manifests/revisions/{index.replace(':', '/')}/link", index)
        self.link("_manifests/tags/latest/current/link", index)

    def with_policy(self, *lines):
        policy = self.root / "policy"
        policy.write_text("\n".join(("rule ** anyone pull", *lines)))
        return self.verify("--policy", policy)

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
        self.revision(self.manifest).unlink()
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

    def test_absent_child(self):
        self.index({"digest": ABSENT, "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}})
        self.assert_problem(f"refers to {ABSENT}, which is not there", ": 1 problems")
        for line, allowed in (
            ("", False),
            ("children ** all", False),
            ("children ** none", True),
            ("children fedora/image none # a comment", True),
            ("children fedora/* none", True),
            ("children fedora/**/image none", False),
            ("children image none", False),
            ("children ** linux/amd64", True),
            ("children ** linux/arm64", False),
            ("children ** linux/arm64/v8", False),
            ("children ** linux/arm64/v9", True),
            ("children ** windows/arm64", True),
            ("children ** linux/amd64 linux/arm64", False),
            ("children ** all\nchildren fedora/** none\nchildren f* all", True),
            ("children fedora/image all\nchildren fedora/** none", False),
            ("children f*/image none\nchildren fe*/** all", False),
        ):
            with self.subTest(line):
                status, out = self.with_policy(line)
                self.assertEqual(0 if allowed else 1, status, out)
                count = 1 if allowed else 0
                self.assertIn(f"{count} absent children that the policy allows: {1 - count} problems", out)

    def test_absent_child_that_does_not_say_what_it_is(self):
        for child in ({}, {"platform": None}, {"platform": {}}, {"platform": {"os": "linux"}}, {"platform": {"os": 7}}):
            self.index({"digest": ABSENT, **child})
            with self.subTest(child):
                self.assertEqual(1, self.with_policy("children ** linux/s390x")[0])
                self.assertEqual(0, self.with_policy("children ** none")[0])

    def test_absent_layer_in_an_index(self):
        for media_type, allowed in (
            ("application/vnd.oci.image.layer.v1.tar+gzip", False),
            ("application/vnd.oci.image.manifest.v1+json", True),
            ("", True),
        ):
            self.index({"digest": ABSENT, "mediaType": media_type})
            with self.subTest(media_type):
                self.assertEqual(0 if allowed else 1, self.with_policy("children ** none")[0])

    def test_layers_and_foreign_content_in_an_index_are_no_problem(self):
        self.index({"digest": self.layer}, {"digest": ABSENT, "urls": ["https://example.org/"]})
        status, out = self.verify()
        self.assertEqual(0, status, out)

    def test_child_whose_blob_is_gone_is_a_problem_whatever_the_policy_says(self):
        self.index({"digest": ABSENT})
        self.link(f"_manifests/revisions/{ABSENT.replace(':', '/')}/link", ABSENT)
        status, out = self.with_policy("children ** none")
        self.assertEqual(1, status, out)
        self.assertIn("there is no blob " + ABSENT, out)

    def test_absent_layer_of_an_image_is_a_problem_whatever_the_policy_says(self):
        (self.base / "repositories/fedora/image/_layers" / self.layer.replace(":", "/") / "link").unlink()
        self.assertEqual(1, self.with_policy("children ** none")[0])

    def test_policy_with_a_mistake(self):
        for line, said in (
            ("children **", "line 2: children REPOSITORIES"),
            ("children ** some", "line 2: not a platform: some"),
            ("children ** linux/amd64 none", "line 2: not a platform: none"),
            ("children /a none", "line 2: not a pattern of repositories: /a"),
            ("children a none\nchildren a all", "line 3: children of a a second time"),
        ):
            with self.subTest(line):
                status, out = self.with_policy(line)
                self.assertEqual(2, status, out)
                self.assertIn(said, out)
        self.assertEqual(2, self.verify("--policy", self.root / "none")[0])

    def test_no_tree(self):
        (self.root / "docker").rename(self.root / "elsewhere")
        self.assertEqual(2, self.verify()[0])


if __name__ == "__main__":
    unittest.main()
