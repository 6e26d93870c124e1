"""Runs collect-garbage with Debian's docker-registry: python3 -m unittest discover ops/checks"""

import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from made_up_tree import ARTIFACT, MadeUpTree, descriptor, image

COLLECT = pathlib.Path(__file__).parent.parent / "collect-garbage"
VERIFY = pathlib.Path(__file__).parent.parent / "verify-tree"
CONFIGURATION = """version: 0.1
storage:
  filesystem:
    rootdirectory: {}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:0
"""


@unittest.skipUnless(shutil.which("docker-registry"), "docker-registry is missing")
class CollectGarbageTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.work = pathlib.Path(directory.name)
        self.tree = MadeUpTree(self.work / "root")
        self.config = self.tree.layer(b"{}")
        self.tree.manifest(image(self.config, self.tree.layer(b"of an ordinary image")), "ordinary")
        self.garbage = self.tree.blob(b"garbage")
        configuration = self.work / "config.yml"
        configuration.write_text(CONFIGURATION.format(self.tree.root))
        self.command = ["docker-registry", "garbage-collect", configuration]

    def awkward(self):
        """What docker-registry stops at, and what it deletes of."""
        layer = self.tree.layer
        for number, content in enumerate((
            {"mediaType": ARTIFACT, "blobs": [descriptor(layer(b"of an artifact"))]},
            image(self.config, layer(b"of an unknown type"), mediaType="application/vnd.example+json"),
            image(self.config, layer(b"of a page"), mediaType="text/html"),
            image(self.config, layer(b"of a version with a fraction"), schemaVersion=2.0),
            image(self.config, layers=[descriptor(layer(b"too large"), size=2**64)]),
            image(self.config, Layers=[descriptor(layer(b"in capitals"))]),
            image(self.config, blobs=[descriptor(layer(b"in blobs"))]),
            image(self.tree.layer_by_sha512(b"{ }"), self.tree.layer_by_sha512(b"named by sha512")),
            {"schemaVersion": 2, "x": descriptor(layer(b"somewhere else")), "y": {"z": 9000 * "\u00e9"}},
            f'{{"schemaVersion":2,"config":{{"digest":"{layer(b"first")}"}},"config":{{"digest":"{layer(b"second")}"}}}}'.encode(),
            f'{{"schemaVersion":2,"x":{9000 * "["}{9000 * "]"},"config":{{"digest":"{layer(b"deep")}"}}}}'.encode(),
            f'{{"schemaVersion":2,"x":"\u00e9","config":{{"digest":"{layer(b"no UTF-8")}"}}}}'.encode("latin-1"),
            f'{{"schemaVersion":2,"config":{{"digest":"{layer(b"no number")}","size":1e999}}}}'.encode(),
        )):
            self.tree.manifest(content, f"awkward-{number}")
        self.tree.manifest_by_sha512(image(self.config, layer(b"of a manifest by sha512")), "sha512")
        self.tree.manifest({"schemaVersion": 2, "manifests": []}, repository="without/layers")
        self.tree.link(f"_manifests/revisions/sha256/{64 * '0'}/link", "")
        self.tree.link(f"_manifests/revisions/sha256/{64 * '1'}/link", "sha256:" + 64 * "1")

    def collect(self, *arguments):
        run = subprocess.run(
            [sys.executable, COLLECT, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        return run.returncode, run.stdout + run.stderr

    def kept(self):
        """All that must be there afterwards."""
        files = self.tree.files()
        del files[str(self.tree.data(self.garbage).relative_to(self.tree.root))]
        return files

    def test_docker_registry_alone_stops_or_deletes(self):
        wanted = self.tree.layer_by_sha512(b"named by sha512")
        self.tree.manifest(image(self.config, wanted))
        subprocess.run(self.command, capture_output=True, check=True)
        self.assertNotIn(b"named by sha512", self.tree.files().values())

        self.tree.manifest({"mediaType": ARTIFACT})
        self.assertEqual(1, subprocess.run(self.command, capture_output=True, check=False).returncode)

    def test_only_garbage_goes(self):
        self.awkward()
        kept = self.kept()

        status, out = self.collect(self.tree.root, *self.command)

        self.assertEqual(0, status, out)
        self.assertIn("1 blobs and 0 manifests eligible for deletion", out)
        self.assertEqual(kept, self.tree.files())

    def test_dry_run_changes_nothing(self):
        self.awkward()
        before = self.tree.files()

        status, out = self.collect("--dry-run", self.tree.root, *self.command)

        self.assertEqual(0, status, out)
        self.assertEqual(before, self.tree.files())

    def test_ordinary_tree(self):
        kept = self.kept()

        status, out = self.collect(self.tree.root, *self.command)

        self.assertEqual(0, status, out)
        self.assertEqual(kept, self.tree.files())

    def test_tree_is_well_after_a_collection(self):
        garbage = self.tree.layer(b"a layer that nothing names")

        subprocess.run(self.command, capture_output=True, check=True)

        self.assertFalse(self.tree.data(garbage).exists())
        run = subprocess.run([sys.executable, VERIFY, self.tree.root], capture_output=True, text=True, check=False)
        self.assertEqual(0, run.returncode, run.stdout)
        self.assertIn("3 layers, 1 layer links without a blob, ", run.stdout)

    def assert_refused(self, word, *command):
        before = self.tree.files()
        status, out = self.collect(self.tree.root, *command)
        self.assertEqual(1, status, out)
        self.assertIn(word, out)
        self.assertEqual(before, self.tree.files())

    def test_refuses_what_would_delete_more(self):
        self.awkward()
        digest = self.tree.blob(b"of an ordinary image")
        program = self.work / "program"
        program.write_text(
            f"#!/bin/sh\ncase $* in *--dry-run) echo collect-garbage-keeps; echo blob eligible for deletion: {digest}\n"
            "echo 9 blobs marked, 1 blobs and 0 manifests eligible for deletion;; *) exit 7;; esac\n"
        )
        self.assert_refused("would delete what is wanted: " + digest, "sh", program)

    def test_refuses_a_collection_elsewhere(self):
        other = MadeUpTree(self.work / "other")
        other.layer(b"x")
        configuration = self.work / "other.yml"
        configuration.write_text(CONFIGURATION.format(other.root))
        self.assert_refused("collects in another tree", *self.command[:-1], configuration)

    def test_leaves_a_repository_of_its_own_name_be(self):
        self.tree.manifest(image(self.tree.layer(b"x", "collect-garbage-keeps")), "1", "collect-garbage-keeps")
        self.assert_refused("there is a repository collect-garbage-keeps that somebody has pushed", *self.command)

    def test_puts_back_where_the_command_fails(self):
        self.awkward()
        self.assert_refused("false ended with 1", "false")
        self.tree.write(self.tree.base / "blobs/sha256/ab/abcd/data", b"x")  # docker-registry stops at this one
        self.assert_refused("docker-registry ended with 1", *self.command)

    def test_refuses_to_delete_what_has_no_tag(self):
        for option in ("-m", "--delete-untagged", "--delete-untagged=true", "-dm"):
            status, out = self.collect(self.tree.root, *self.command, option)
            self.assertEqual(2, status, out)
            self.assertIn("not with -m", out)

    def begin(self):
        """A run whose command takes long."""
        begun = self.work / "begun"
        run = subprocess.Popen(
            [sys.executable, COLLECT, self.tree.root, "sh", "-c", f"echo $$ > {begun}.new; mv {begun}.new {begun}; exec sleep 60"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(1000):
            if begun.exists():
                return run, int(begun.read_text())
            time.sleep(0.01)
        raise AssertionError("it did not begin")

    def test_puts_back_when_it_is_stopped(self):
        self.awkward()
        before = self.tree.files()
        run, _ = self.begin()
        self.assertNotEqual(before, self.tree.files())

        run.send_signal(signal.SIGTERM)

        self.assertEqual(1, run.wait(timeout=30))
        self.assertEqual(before, self.tree.files())

    def test_next_run_puts_back_what_a_killed_one_left(self):
        self.awkward()
        before = self.tree.files()
        kept = self.kept()
        run, command = self.begin()
        run.kill()
        run.wait()
        status, out = self.collect("--put-back", self.tree.root)
        self.assertEqual(1, status, out)
        self.assertIn("one is at work already", out)  # its command is
        subprocess.run(["kill", str(command)], check=True)
        subprocess.run(self.command, capture_output=True, check=True)  # does no harm meanwhile

        for _ in range(100):
            status, out = self.collect("--put-back", self.tree.root)
            if status == 0:
                break
            time.sleep(0.1)

        self.assertEqual(0, status, out)
        self.assertEqual(kept, self.tree.files())
        self.assertLess(len(kept), len(before))


if __name__ == "__main__":
    unittest.main()
