"""How figures grow with the tree: the same loads at some sizes of it and for some numbers of clients."""

import json
import os
import random
import shutil
import sys
import time

import loads
import plot
import report
import run as runs
import servers
import tree

CLIENTS = (1, 100, 1000)
# A repository for each thousand blobs; it links every tenth of its own
REPOSITORY, LINKED = 1000, 10
SAMPLE = 5000


def grow(root, blobs):
    """Makes a tree of tiny blobs, unless it is there; returns the paths for requests of each kind, in files."""
    paths = {kind: os.path.join(root, kind) for kind in ("blob", "tag", "digest")}
    if os.path.exists(os.path.join(root, "complete")):
        return paths
    shutil.rmtree(root, ignore_errors=True)
    writer = tree.Writer(root)
    found = {kind: [] for kind in paths}
    for first in range(0, blobs, REPOSITORY):
        name = tree.repository(first // REPOSITORY)
        digests = [writer.blob(b"blob %d\n" % number) for number in range(first, min(blobs, first + REPOSITORY))]
        linked = digests[::LINKED]
        for digest in linked:
            writer.layer(name, digest)
        manifest = writer.image(name, [(linked[0], len(b"blob %d\n" % first))])
        writer.tag(name, "latest", manifest)
        found["blob"] += [f"/v2/{name}/blobs/{digest}" for digest in linked]
        found["tag"].append(f"/v2/{name}/manifests/latest")
        found["digest"].append(f"/v2/{name}/manifests/{manifest}")
    for kind, path in paths.items():
        with open(path, "w") as file:
            file.write("\n".join(random.Random(1).sample(found[kind], min(SAMPLE, len(found[kind])))) + "\n")
    with open(os.path.join(root, "complete"), "w"):
        pass
    return paths


def forget(root, since):
    """Removes what was pushed."""
    top = tree.Writer(root).top
    shutil.rmtree(os.path.join(top, "repositories", "push"), ignore_errors=True)
    for prefix in os.scandir(os.path.join(top, "blobs", "sha256")):
        for blob in os.scandir(prefix):
            if blob.stat().st_mtime > since:
                shutil.rmtree(blob)


def table(paths, blobs, clients):
    def read(key, title, kind, method="GET"):
        words = {"do": "request", "method": method, "path": "/", "paths": paths[kind], "field": loads.ACCEPT}
        return loads.Load(key, title, words, connections=clients, wrk=method == "GET")

    middle = tree.repository(max(0, blobs // REPOSITORY // 2 - 1))
    page = {"do": "request", "path": f"/v2/_catalog?n=100&last={middle}"}
    return (read("tag", "manifest by tag", "tag"), read("digest", "manifest by digest", "digest"), read("head", "blob, HEAD", "blob", "HEAD"),
            read("get", "blob", "blob"), loads.Load("catalog", "catalog, a page", page, connections=clients),
            loads.Load("push", "push of 1 KiB", {"do": "push-image", "size": tree.KIB, "path": "push/many-{}"}, connections=clients, writes=True))


def measure(chosen, work, out, jdk):
    sizes = [int(size) for size in chosen.blobs.split(",")]
    kind = (chosen.servers or ["registry"])[0]
    rows = {}
    generators = loads.Generators(jdk, work)
    try:
        for blobs in sizes:
            runs.tell(f"a tree of {blobs:,} blobs")
            root = os.path.join(work, f"tree-{blobs}")
            paths = grow(root, blobs)
            server = runs.KINDS[kind](work, root, None, "-growth")
            server.start()
            began = time.time()
            try:
                # Pushes last, so that they change nothing for the others
                for writes in (False, True):
                    for clients in CLIENTS:
                        for load in table(paths, blobs, clients):
                            if load.writes == writes:
                                one(generators, load, server, chosen, rows, clients)
            finally:
                server.stop()
                forget(root, began)
    finally:
        generators.close()
    found = {"machine": report.machine(work, jdk), "server": kind, "blobs": sizes, "clients": CLIENTS, "rows": list(rows.values())}
    write(found, chosen, out)


def one(generators, load, server, chosen, rows, clients):
    """The median of the rounds, after one that does not count."""
    runs.tell(f"{load.title}, {clients:,} clients")
    generators.run(load, server, chosen.warm or 0.1)
    if chosen.warm:
        server.settle()
    turns = [generators.run(load, server, chosen.seconds) for _ in range(chosen.rounds)]
    server.trim_log()
    if failed := [turn for turn in turns if turn["errors"]]:
        print(f"bench: {load.title}, {clients:,} clients: {failed[0]['errors']} failed, {failed[0]['error']}", file=sys.stderr)
    new = {"key": load.key, "title": load.title, "unit": load.unit, "series": {}, "p99": {}}
    row = rows.setdefault(load.key, new)
    measured = runs.row(load, {server.kind: turns})
    for what, figure in (("series", "value"), ("p99", "p99")):
        row[what].setdefault(str(clients), []).append(report.median(measured, server.kind, figure))


def write(found, chosen, out):
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "growth.json"), "w") as file:
        json.dump(found, file, indent=1)
    picture = plot.growth(found)
    for path in filter(None, (os.path.join(out, "growth.svg"), chosen.plot)):
        with open(path, "w") as file:
            file.write(picture)
    rows = [[f"{row['title']}, {clients:,} client{'s' if clients > 1 else ''}", *map(report.number, row["series"][str(clients)])]
            for row in found["rows"] for clients in found["clients"]]
    lines = report.table(["requests/s", *(f"{blobs:,} blobs" for blobs in found["blobs"])], rows)
    with open(os.path.join(out, "growth.md"), "w") as file:
        file.write(lines + "\n")
    print(lines)
