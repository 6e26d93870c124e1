"""Tests of ops/sbom."""

import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

SBOM = pathlib.Path(__file__).resolve().parent.parent / "sbom"
LOADER = importlib.machinery.SourceFileLoader("sbom", str(SBOM))
sbom = importlib.util.module_from_spec(importlib.util.spec_from_loader("sbom", LOADER))
LOADER.exec_module(sbom)


def advisory(name="GHSA-1", package="org.example:lib", events=None, **more):
    ranges = [{"type": "ECOSYSTEM", "events": events or [{"introduced": "0"}, {"fixed": "2.0"}]}]
    return {"id": name, "summary": "It breaks",
            "affected": [{"package": {"ecosystem": "Maven", "name": package}, "ranges": ranges}], **more}


class SbomTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.work = pathlib.Path(temporary.name)

    def run_it(self, *arguments):
        return subprocess.run([sys.executable, "-B", SBOM, *arguments], capture_output=True, text=True, timeout=60)

    def bom(self, *components):
        file = self.work / "bom.json"
        file.write_text(json.dumps({"components": list(components)}))
        return file

    def check(self, record, *options, group="org.example", version="1.5"):
        component = {"name": "lib", "version": version, **({"group": group} if group else {})}
        file = self.work / "advisory.json"
        file.write_text(json.dumps(record))
        return self.run_it("check", *options, file, self.bom(component))

    def test_versions_are_in_mavens_order(self):
        ordered = ["1.0-alpha-1", "1.0-beta1", "1.0.CR2", "1.0-SNAPSHOT", "1.0", "1.0.SP1", "1.0.1", "1.9", "1.10", "2"]
        for i, one in enumerate(ordered):
            for j, other in enumerate(ordered):
                self.assertEqual(sbom.precedes(one, other), i < j, f"{one} {other}")
        self.assertFalse(sbom.precedes("1.0.0.Final", "1") or sbom.precedes("1", "1.0.0.Final"))

    def test_what_an_advisory_is_about_is_named(self):
        found = self.check(advisory())
        self.assertEqual((found.returncode, found.stdout), (1, "GHSA-1 org.example:lib:1.5 It breaks\n"), found.stderr)
        listed = advisory(events=[{"introduced": "7"}])
        listed["affected"][0]["versions"] = ["1.5"]
        self.assertEqual(self.check(listed).returncode, 1)

    def test_a_component_of_unknown_group_may_be_meant(self):
        self.assertEqual(self.check(advisory(), group="").returncode, 1)

    def test_what_it_is_not_about_is_not_named(self):
        for record in (advisory(events=[{"introduced": "0"}, {"fixed": "1.5"}]),
                       advisory(events=[{"introduced": "1.6"}]),
                       advisory(events=[{"introduced": "1"}, {"last_affected": "1.4"}]),
                       advisory(package="org.other:lib"),
                       advisory(withdrawn="2026-01-01T00:00:00Z")):
            found = self.check(record)
            self.assertEqual((found.returncode, found.stdout), (0, ""), record)

    def test_accepted_advisories_are_named_and_do_no_harm(self):
        accepted = self.work / "accepted"
        accepted.write_text("# why\nGHSA-1 2026-11-25 not reached\n")
        found = self.check(advisory(), "--accepted", accepted)
        self.assertEqual((found.returncode, found.stdout), (0, "GHSA-1 (accepted) org.example:lib:1.5 It breaks\n"))
        self.assertEqual(self.check(advisory("GHSA-2"), "--accepted", accepted).returncode, 1)

    def test_advisories_come_zipped(self):
        with zipfile.ZipFile(self.work / "all.zip", "w") as archive:
            archive.writestr("GHSA-1.json", json.dumps(advisory()))
        bom = self.bom({"group": "org.example", "name": "lib", "version": "1.5"})
        self.assertEqual(self.run_it("check", self.work / "all.zip", bom).returncode, 1)

    def test_server_is_told_from_its_jars(self):
        modules = self.work / "server/modules"
        modules.mkdir(parents=True)
        for name, properties in (("lib-1.5.jar", "groupId=org.example\nartifactId=lib\nversion=1.5\n"),
                                 ("native-2.Final-linux.jar", "groupId=io.n\nartifactId=native\nversion=2.Final\n"),
                                 ("shaded-3.jar", "groupId=org.example\nartifactId=lib\nversion=1.5\n")):
            with zipfile.ZipFile(modules / name, "w") as jar:
                jar.writestr("META-INF/maven/a/b/pom.properties", properties)
        found = self.run_it("server", self.work / "server")
        self.assertEqual([(one.get("purl"), one["name"], one["version"]) for one in json.loads(found.stdout)["components"]],
                         [("pkg:maven/org.example/lib@1.5?type=jar", "lib", "1.5"),
                          ("pkg:maven/io.n/native@2.Final?type=jar", "native", "2.Final"),
                          (None, "shaded", "3")])
        self.assertIn("1 of them do not say their Maven group: ", found.stderr)
        self.assertNotIn("shaded", found.stderr)
        self.assertIn(": shaded\n", self.run_it("server", "--names", self.work / "server").stderr)
        self.assertEqual("", self.run_it("server", "--quiet", self.work / "server").stderr)


if __name__ == "__main__":
    unittest.main()
