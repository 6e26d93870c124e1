"""Runs verify-tree over trees that are made up: python3 -m unittest discover ops/checks"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from made_up_tree import ARTIFACT, MadeUpTree, descriptor, image

ABSENT = "sha256:" + "0" * 64
VERIFY = pathlib.Path(__file__).parent.parent / "verify-tree"


class VerifyTreeTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = MadeUpTree(directory.name)
        self.root, self.base, self.data = self.tree.root, self.tree.base, self.tree.data
        self.link, self.write = self.tree.link, self.tree.write
        self.layer = self.tree.layer(b"a layer")
        self.config = self.tree.layer(b"{}")
        self.manifest = self.tree.manifest(image(self.config, self.layer), "latest")
        self.blob = self.tree.blob
        self.pushed = None

    def revision(self, digest):
        return self.base / "repositories/fedora/image/_manifests/revisions" / digest.replace(":", "/") / "link"

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
        self.assertIn("1 repositories, 2 layers, 0 layer links without a blob, 1 manifests, 1 tags, 0 unfinished tags, 0 uploads, 0 unfinished uploads: 0 problems", out)

    def test_corrupt_blob(self):
        self.data(self.layer).write_bytes(b"b layer")
        self.assert_problem(self.layer.split(":")[1] + "/data", "its 7 bytes have the digest", ": 1 problems")

    def test_missing_blob(self):
        self.data(self.layer).unlink()
        self.assert_problem("_layers/", "there is no blob " + self.layer)

    def test_layer_that_was_collected(self):
        self.data(self.tree.layer(b"garbage")).unlink()
        other = self.tree.layer_by_sha512(b"more garbage")
        self.data(self.blob(b"more garbage")).unlink()
        status, out = self.verify()
        self.assertEqual(0, status, out)
        self.assertIn("5 layers, 3 layer links without a blob, 1 manifests", out)
        self.assertTrue(out.endswith(": 0 problems\n"), out)

        self.tree.manifest(image(self.config, self.blob(b"garbage")), repository="another/one")
        self.data(self.blob(b"garbage")).unlink()
        self.assert_problem("another/one: manifest", "5 layers, 3 layer links", ": 2 problems")
        self.tree.manifest(image(self.config, other))
        self.assert_problem(f"{other.replace(':', '/')}/link: there is no blob", "5 layers, 2 layer links")

    def test_collected_layer_that_a_manifest_names_which_cannot_be_read(self):
        layer = self.tree.layer(b"perhaps garbage")
        self.data(layer).unlink()
        self.tree.manifest(b"{" + layer.encode())
        self.assert_problem("is no manifest", "there is no blob " + layer, ": 2 problems")
        escaped = self.tree.layer(b"written otherwise")
        self.data(escaped).unlink()
        self.tree.manifest(json.dumps(image(self.config, escaped)).replace("sha256:", "sha256\\u003a").encode())
        self.assert_problem("there is no blob " + escaped)

    def test_collected_manifest_is_a_problem(self):
        self.data(self.manifest).unlink()
        self.assert_problem("there is no blob " + self.manifest)

    def test_blob_that_is_a_link_or_a_pipe(self):
        data = self.data(self.layer)
        elsewhere = self.root / "elsewhere"
        data.rename(elsewhere)
        data.symlink_to(elsewhere)
        self.assert_problem("is not a regular file, and not served", "there is no blob " + self.layer)
        data.unlink()
        os.mkfifo(data)
        self.assert_problem("is not a regular file, and not served", "there is no blob " + self.layer)

    def test_tag_that_is_a_link(self):
        link = self.base / "repositories/fedora/image/_manifests/tags/latest/current/link"
        link.rename(link.with_name("other"))
        link.symlink_to("other")
        self.assert_problem("tags/latest/current/link: is not a regular file, and not served")

    def test_reference_without_a_link(self):
        (self.base / "repositories/fedora/image/_layers" / self.config.replace(":", "/") / "link").unlink()
        self.assert_problem(f"refers to {self.config}, which is not there")

    def test_empty_link(self):
        self.link("_manifests/tags/latest/current/link", "")
        self.assert_problem("tags/latest/current/link: contains no digest but ''")

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
        self.assert_problem(".tmp/1: a temporary file that was left behind")

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

    def test_tag_that_names_a_sha512_digest(self):
        self.tree.manifest_by_sha512(image(self.config, self.layer, annotations={"a": "b"}), "sha512")
        status, out = self.verify()
        self.assertEqual(0, status, out)
        self.assertNotIn("warning", out)

    def test_manifest_nested_too_deep(self):
        self.tree.manifest(b'{"x":' + 9000 * b"[" + 9000 * b"]" + b"}")
        self.assert_problem("is no manifest")

    def assert_warning(self, *words):
        status, out = self.verify()
        self.assertEqual(0, status, out)
        self.assertIn(": 0 problems, ", out)
        for word in words:
            self.assertIn(word, out)
        self.assertEqual(1, self.verify("--before-garbage-collect")[0])

    def test_no_warnings_before_garbage_collect(self):
        status, out = self.verify("--quick", "--before-garbage-collect")
        self.assertEqual(0, status, out)
        self.assertTrue(out.endswith(": 0 problems\n"), out)

    def test_manifests_that_garbage_collect_does_not_read(self):
        layer = descriptor(self.layer)
        for content, why in (
            ({"mediaType": ARTIFACT, "blobs": [layer]}, "schemaVersion is not 2"),
            ({"schemaVersion": 2, "mediaType": ARTIFACT, "blobs": [layer]}, f"the type {ARTIFACT} is unknown to it"),
            (image(self.config, mediaType="text/html"), "the type text/html is unknown to it"),
            (image(self.config, schemaVersion=2.0), "schemaVersion is not 2"),
            (image(self.config, layers=[descriptor(self.layer, size=2.0)]), "layers: size is no integer below 2^63"),
            (image(self.config, layers=[descriptor(self.layer, size=2**64)]), "layers: size is no integer below 2^63"),
            (image(self.config, Layers=[layer]), "the manifest has 'Layers' for 'layers'"),
            (b'{"schemaVersion":2,"config":null,"config":null}', "the manifest has 'config' twice"),
            (b'{"schemaVersion":2,"layers":[{"size":1e999}]}', "layers: size is no integer below 2^63"),
            (image(self.config, annotations={"a": 1}), "annotations: a is no string"),
        ):
            with self.subTest(content):
                digest = self.tree.manifest(content)
                self.assert_warning_of(digest, why)

    def assert_warning_of(self, digest, why):
        out = self.verify()[1]
        self.assertIn(f"warning: docker/registry/v2/repositories/fedora/image: garbage-collect stops at manifest {digest}: {why}\n", out)
        self.assertEqual(1, self.verify("--before-garbage-collect")[0])

    def test_content_that_is_named_by_sha512(self):
        by_sha512 = self.tree.layer_by_sha512(b"another layer")
        stored = self.tree.blob(b"another layer")
        manifest = self.tree.manifest(image(self.config, by_sha512))
        self.assert_warning(f"fedora/image: garbage-collect would delete of manifest {manifest}: {stored}\n", ", 1 warnings")

    def test_content_that_another_manifest_names_by_sha256(self):
        by_sha512 = self.tree.layer_by_sha512(b"a layer")
        self.tree.manifest(image(self.config, by_sha512))
        self.assertNotIn("warning", self.verify()[1])

    def test_repository_that_garbage_collect_passes_over(self):
        manifest = self.tree.manifest({"schemaVersion": 2, "manifests": []}, repository="no/layers")
        self.assert_warning(f"no/layers: garbage-collect would delete of manifest {manifest}: {manifest}\n")

    def test_what_a_collection_left_that_did_not_end(self):
        link = self.base / "repositories/fedora/image/_manifests/revisions" / self.manifest.replace(":", "/") / "link"
        link.rename(link.with_name("link.kept"))
        self.assert_problem("link.kept: left by a collection that did not end: collect-garbage --put-back")

    def test_no_tree(self):
        (self.root / "docker").rename(self.root / "elsewhere")
        self.assertEqual(2, self.verify()[0])


if __name__ == "__main__":
    unittest.main()
