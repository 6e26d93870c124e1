"""The loads: what is asked of which server, with how many connections, and what is counted."""

import dataclasses
import fnmatch
import json
import os
import subprocess

import tree


# docker-registry gives OCI's manifests to those alone who ask for them
ACCEPT = f"Accept:{tree.IMAGE}"
ALL = ("registry", "docker-registry", "nginx")
REGISTRIES = ("registry", "docker-registry")
HERE = os.path.dirname(os.path.abspath(__file__))


@dataclasses.dataclass
class Load:
    key: str
    title: str
    words: dict  # what Load.java is told; wrk gets the same
    unit: str = "/s"
    file: str = ""  # the path at nginx; "{path}" for the same
    connections: int = 1
    wrk: bool = False
    tls: bool = False
    close: bool = False
    variant: str = ""  # of the server's configuration
    kinds: tuple = ALL
    quick: bool = True
    writes: bool = False
    count: int = 0  # operations, in place of a time


class Generators:
    """wrk for GETs in numbers, Load.java for the rest."""

    def __init__(self, jdk, work):
        classes = os.path.join(work, "classes")
        sources = [os.path.join(HERE, name) for name in ("Load.java", "Answer.java", "Script.java")]
        subprocess.run([f"{jdk}/bin/javac", "-Xlint:all", "-Werror", "-d", classes, *sources], check=True)
        self.java = subprocess.Popen([f"{jdk}/bin/java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", classes, "Load"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self):
        self.java.stdin.close()
        self.java.wait()

    def run(self, load, server, seconds):
        """One run of a load on a server; returns what the generator says, and what the server's CPU did."""
        before, switches = server.times(), server.switches()
        result = self.wrk(load, server, seconds) if load.wrk else self.load(load, server, seconds)
        result["user"], result["kernel"] = (after - earlier for after, earlier in zip(server.times(), before))
        result["cpu"] = result["user"] + result["kernel"]
        if result["operations"]:
            result["cost"] = result["cpu"] / result["operations"]
            result["switches"] = max(0, server.switches() - switches) / result["operations"]
        return result

    def path(self, load, server):
        return load.file.format(path=load.words["path"]) if server.kind == "nginx" else load.words["path"]

    def wrk(self, load, server, seconds):
        scheme, port = ("https", server.tls) if load.tls else ("http", server.port)
        duration = f"-d{max(1, round(seconds))}s"
        command = ["wrk", "-t1", f"-c{load.connections}", duration, "--timeout", "30s", "-s", f"{HERE}/wrk.lua"]
        if "field" in load.words:
            command += ["-H", load.words["field"].replace(":", ": ", 1)]
        if load.close:
            command += ["-H", "Connection: close"]
        command += [f"{scheme}://127.0.0.1:{port}{self.path(load, server)}"]
        if "paths" in load.words:
            command += ["--", load.words["paths"]]
        result = self.wrk_once(command)
        for longer in (4, 16):
            if not result["operations"]:
                command[3] = f"-d{longer}s"  # what is slower than that shall count for something, too
                result = self.wrk_once(command)
        if not result["operations"]:
            result |= {"errors": 1, "error": "no answer"}
        return result

    @staticmethod
    def wrk_once(command):
        said = subprocess.run(command, capture_output=True, text=True)
        lines = said.stdout.splitlines()
        if said.returncode or not lines:
            raise RuntimeError(f"wrk: {said.stderr or said.stdout}")
        return json.loads(lines[-1])

    def load(self, load, server, seconds):
        words = dict(load.words, port=server.port, connections=load.connections, path=self.path(load, server))
        if server.kind == "nginx" and load.words["do"] == "push":
            words["do"] = "put"
        words["count" if load.count else "seconds"] = load.count or seconds
        self.java.stdin.write(" ".join(f"{key}={value}" for key, value in words.items()) + "\n")
        self.java.stdin.flush()
        return json.loads(self.java.stdout.readline())


def cold(facts):
    """What a server gets just after its start, second by second."""
    words = {"do": "request", "method": "GET", "path": f"/v2/{tree.REPOSITORY}/manifests/latest", "field": ACCEPT}
    return Load("cold", "manifest by tag, 32", words, file="/" + tree.data(facts["manifest"]), connections=32, wrk=True)


def value(load, result):
    """What counts, in the load's unit."""
    if load.unit == "MB/s":
        size = int(load.words["size"])
        return size / result["p50"] / 1e6 if result["p50"] else 0
    return result["operations"] / result["seconds"] if result["seconds"] else 0


def reads(facts):
    image, blobs = f"/v2/{tree.REPOSITORY}", facts["blobs"]
    file = {name: "/" + tree.data(digest) for name, digest in blobs.items()}
    references = {"tag": f"{image}/manifests/latest", "digest": f"{image}/manifests/{facts['manifest']}"}
    manifest = "/" + tree.data(facts["manifest"])

    def get(key, title, path, file, connections, **more):
        return Load(key, title, {"do": "request", "method": "GET", "path": path, "field": ACCEPT}, file=file, connections=connections, wrk=True, **more)

    def head(key, title, path, file, connections, **more):
        return Load(key, title, {"do": "request", "method": "HEAD", "path": path, "field": ACCEPT}, file=file, connections=connections, **more)

    def large(key, title, name, size, **more):
        words = {"do": "request", "method": "GET", "path": f"{image}/blobs/{blobs[name]}", "size": size}
        return Load(key, title, {**words, **more}, unit="MB/s", file=file[name])

    yield get("version-32", "`/v2/`, 32 connections", "/v2/", "/answers/version", 32)
    for kind, path in references.items():
        for connections in (1, 32, 128):
            yield get(f"manifest-{kind}-{connections}", f"manifest by {kind}, {connections}", path, manifest, connections)
    for kind, path in references.items():
        for connections in (1, 32, 128):
            yield head(f"manifest-{kind}-head-{connections}", f"manifest by {kind}, HEAD, {connections}", path, manifest,
                       connections, quick=connections == 32)
    tag = references["tag"]
    yield get("manifest-tag-new-32", "manifest by tag, 32, new connections", tag, manifest, 32, close=True)
    yield get("manifest-tag-tls-32", "manifest by tag, 32, TLS", tag, manifest, 32, tls=True, variant="-tls")
    yield get("manifest-tag-tls-new-32", "manifest by tag, 32, TLS, new connections", tag, manifest, 32, tls=True, close=True,
              variant="-tls", quick=False)
    blob = f"{image}/blobs/{blobs['1k']}"
    for connections in (1, 32, 128):
        yield head(f"blob-head-{connections}", f"blob, HEAD, {connections}", blob, file["1k"], connections, quick=connections > 1)
    for connections in (1, 32, 128):
        yield get(f"blob-1k-{connections}", f"blob of 1 KiB, {connections}", blob, file["1k"], connections, quick=connections > 1)
    blob = f"{image}/blobs/{blobs['1m']}"
    yield get("blob-1m-32", "blob of 1 MiB, 32", blob, file["1m"], 32)
    yield large("blob-256m", "blob of 256 MiB, one client", "256m", tree.SIZES["256m"])
    yield large("range-64m", "64 MiB out of 256 MiB, one client", "256m", 64 * tree.MIB, expect=206,
                field=f"Range:bytes={96 * tree.MIB}-{160 * tree.MIB - 1}")
    redirect = {"do": "request", "method": "GET", "path": blob, "expect": 3}
    yield Load("redirect-32", "blob redirected to a CDN, 32", redirect, file="/redirect{path}", connections=32, variant="-redirect")


def lists(facts):
    def one(key, title, path, file):
        return Load(key, title, {"do": "request", "method": "GET", "path": path}, file=file)

    tags, repositories = facts["wanted"]["tags"], facts["wanted"]["repositories"]
    listed = f"/v2/{tree.TAGGED}/tags/list"
    yield one("tags", f"all {tags:,} tags, one client", listed, "/answers/tags")
    yield one("tags-page", f"100 of {tags:,} tags, one client", f"{listed}?n=100&last=tag-{tags // 2:05}", "/answers/tags-page")
    yield one("catalog-first", f"first 100 of {repositories:,} repositories, one client", "/v2/_catalog?n=100", "/answers/catalog-page")
    middle = tree.repository(repositories // 2)
    yield one("catalog-middle", "100 in the middle, one client", f"/v2/_catalog?n=100&last={middle}", "/answers/catalog-page")


def writes(facts):
    large = {"do": "push", "path": "push/large", "size": tree.SIZES["256m"]}
    yield Load("push-256m", "push of 256 MiB, one client", large, unit="MB/s", file="/put/", writes=True, count=2)
    small = {"do": "push-image", "size": tree.KIB}
    yield Load("push-one-64", "64 pushes at once into one repository", dict(small, path="push/one"), connections=64,
               kinds=REGISTRIES, writes=True)
    yield Load("push-many-64", "64 pushes at once, a repository each", dict(small, path="push/many-{}"), connections=64,
               kinds=REGISTRIES, writes=True)
    mount = {"do": "mount", "path": "push/mount-{}", "digest": facts["blobs"]["1m"], "from": tree.REPOSITORY}
    yield Load("mount-32", "mount into a new repository, 32", mount, connections=32, kinds=REGISTRIES, writes=True)


def clustered(facts):
    """Some of them on two instances behind the front, and on one."""
    for load in [*reads(facts), *writes(facts)]:
        if load.key in ("manifest-tag-32", "blob-1k-32", "blob-256m", "push-256m", "push-many-64"):
            quick = load.key in ("manifest-tag-32", "blob-256m")
            yield dataclasses.replace(load, key="front-" + load.key, kinds=("registry", "cluster"), quick=quick)


# One of each sort, for whether they still work
CHECKED = ("manifest-tag-32", "manifest-tag-tls-32", "manifest-tag-new-32", "blob-head-32", "range-64m", "tags", "catalog-middle",
           "push-256m", "push-one-64", "mount-32")


def chosen(facts, patterns, quick):
    every = [*reads(facts), *lists(facts), *writes(facts), *clustered(facts)]
    if patterns:
        return [load for load in every if any(fnmatch.fnmatch(load.key, pattern) for pattern in patterns)]
    return [load for load in every if load.quick or not quick]
