"""Runs check_oci_registry against a registry that is made up: python3 -m unittest discover ops/checks"""

import http.server
import pathlib
import subprocess
import sys
import threading
import unittest

CHECK = pathlib.Path(__file__).with_name("check_oci_registry")
BLOB = "/v2/fedora/blobs/sha256:" + "0" * 64


class Registry(http.server.BaseHTTPRequestHandler):
    answers = {}

    def do_GET(self):
        status, body, location = self.answers.get(self.path, (404, b"", None))
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Bearer realm="https://registry.test/auth/token"')
            if body:
                self.send_header("Docker-Distribution-API-Version", "registry/2.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


class CheckTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def expect(self, code, word, *args, **answers):
        Registry.answers = answers.get("answers", {})
        run = subprocess.run([sys.executable, CHECK, "--timeout", "5", *args], capture_output=True, text=True, timeout=60)
        self.assertEqual((code, word), (run.returncode, run.stdout.split(":")[0]), run.stdout + run.stderr)
        self.assertEqual(1, len(run.stdout.splitlines()))

    def test_base(self):
        self.expect(0, "OK", "base", self.url, answers={"/v2/": (200, b"{}", None)})
        self.expect(2, "CRITICAL", "base", self.url, answers={"/v2/": (200, b"<html>", None)})
        self.expect(2, "CRITICAL", "base", self.url, answers={"/v2/": (503, b"{}", None)})
        self.expect(0, "OK", "base", self.url, answers={"/v2/": (401, b'{"errors":[]}', None)})
        self.expect(2, "CRITICAL", "base", self.url, answers={"/v2/": (401, b"", None)})
        self.expect(2, "CRITICAL", "base", "http://127.0.0.1:1")
        self.expect(3, "UNKNOWN", "base", "nonsense")

    def test_catalog(self):
        args = ("catalog", self.url, "--last", "fedora", "--contains", "fedora")
        self.expect(0, "OK", *args, answers={"/v2/_catalog?last=fedora": (200, b'{"repositories":["fedora-x"]}', None)})
        self.expect(2, "CRITICAL", *args, answers={"/v2/_catalog?last=fedora": (200, b'{"repositories":["x"]}', None)})
        self.expect(2, "CRITICAL", *args, answers={"/v2/_catalog?last=fedora": (200, b"[]", None)})

    def test_tags(self):
        args = ("tags", self.url, "fedora", "--contains", "rawhide")
        self.expect(0, "OK", *args, answers={"/v2/fedora/tags/list": (200, b'{"tags":["41","rawhide"]}', None)})
        self.expect(2, "CRITICAL", *args, answers={"/v2/fedora/tags/list": (200, b'{"tags":null}', None)})
        self.expect(2, "CRITICAL", *args)

    def test_cdn(self):
        cdn = self.url + "/cdn"
        args = ("cdn", self.url, cdn, "fedora", BLOB.rsplit("/", 1)[1])
        redirected = {BLOB: (302, b"", cdn + BLOB)}
        self.expect(0, "OK", *args, answers={**redirected, "/cdn" + BLOB: (200, b"x", None)})
        self.expect(2, "CRITICAL", *args, answers=redirected)
        self.expect(2, "CRITICAL", *args, answers={BLOB: (302, b"", "https://elsewhere.example/" + BLOB)})
        self.expect(1, "WARNING", *args, answers={BLOB: (200, b"x", None)})

    def test_health(self):
        share = b'{"checks":[{"name":"registry-share","status":"%s"}]}'
        self.expect(0, "OK", "health", self.url, answers={"/health/ready": (200, share % b"UP", None)})
        self.expect(2, "CRITICAL", "health", self.url, answers={"/health/ready": (503, share % b"DOWN", None)})
        self.expect(2, "CRITICAL", "health", self.url, answers={"/health/ready": (200, b'{"checks":[]}', None)})

    def test_disk(self):
        self.expect(0, "OK", "disk", "/", "--warning", "0", "--critical", "0")
        self.expect(1, "WARNING", "disk", "/", "--warning", "100", "--critical", "0")
        self.expect(2, "CRITICAL", "disk", "/", "--warning", "100", "--critical", "100")
        self.expect(2, "CRITICAL", "disk", "/nowhere")

    def test_usage(self):
        self.expect(3, "UNKNOWN", "disk", "/", "--warning", "5")
        self.expect(3, "UNKNOWN", "nothing")


if __name__ == "__main__":
    unittest.main()
