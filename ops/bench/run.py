"""A run: all servers over one tree, each alone in its turn, the turns interleaved."""

import os
import sys
import time

import loads
import peers
import servers
import tree

# A JVM has compiled all of a request's way after some ten thousand; seconds, at most
WARM_REQUESTS = 30000
WARM_UP = 120
# A rate has settled where a window brings hardly more than the best one before; so many windows at most
SETTLED = 1.03
WINDOWS = 15
KINDS = {kind.kind: kind for kind in (servers.Registry, servers.Cluster, servers.DockerRegistry, servers.Nginx)}


def tell(text):
    if sys.stderr.isatty() or os.environ.get("BENCH_PROGRESS"):
        print(f"bench: {text}", file=sys.stderr, flush=True)


class Run:
    def __init__(self, options, work, jdk):
        self.rounds, self.seconds, self.warm_seconds = options.rounds, options.seconds, options.warm
        self.only, self.quick = options.servers, options.quick
        self.peers = {peer.kind: peer for peer in options.peer}
        self.kind = {**KINDS, **self.peers}
        self.work, self.root = work, os.path.join(work, "tree")
        self.facts = tree.generate(self.root, options.tags, options.repositories)
        self.manifest = {"do": "request", "path": f"/v2/{tree.REPOSITORY}/manifests/latest", "field": loads.ACCEPT}
        self.certificate = servers.certificate(os.path.join(work, "tls"))
        self.generators = loads.Generators(jdk, work)
        self.started = {}
        self.failed = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.generators.close()
        for server in self.started.values():
            server.stop()
        tree.scrub(self.root, self.facts)

    def server(self, kind, variant=""):
        """A server that waits for its turn; only docker-registry needs one of its own for TLS."""
        if variant == "-tls" and kind != "docker-registry" or kind == "nginx":
            variant = ""
        if (kind, variant) in self.failed:
            raise self.failed[kind, variant]
        if (kind, variant) not in self.started:
            tell(f"starting {kind}{variant}")
            server = self.kind[kind](self.work, self.root, self.certificate, variant)
            try:
                server.start()
                if kind in self.peers:
                    peers.fill(server, self.facts)
            except servers.NotStarted as e:
                self.failed[kind, variant] = e
                raise
            self.started[kind, variant] = server
            time.sleep(2 if self.warm_seconds else 0)
            server.idle = server.memory()
            if server.java and self.warm_seconds:
                self.warm_up(server)
            server.pause()
        return self.started[kind, variant]

    def warm_up(self, server):
        """Lets a JVM compile what all loads have in common: for so many requests, or until it takes too long."""
        load = loads.Load("warm", "", self.manifest, connections=16)
        end, asked = time.monotonic() + WARM_UP, 0
        while asked < WARM_REQUESTS and time.monotonic() < end:
            asked += self.generators.run(load, server, 1)["operations"]
        server.settle()
        tell(f"warmed up with {asked:,} requests")

    def warm(self, load, server):
        """Windows that do not count, until the rate has settled; returns the last rate."""
        best = 0
        for _ in range(4 if self.quick else WINDOWS):
            value = loads.value(load, self.turn(load, server, self.warm_seconds, settle=server.java))
            if value < best * SETTLED:
                return value
            best = value
        tell(f"{load.key}: the rate of {server.name} has not settled")
        return best

    def kinds(self, load):
        compared = "docker-registry" in load.kinds and not load.variant
        return [kind for kind in (*load.kinds, *(self.peers if compared else ())) if not self.only or kind in self.only]

    def measure(self, load):
        """Rounds of the load, in each of them a turn of every server."""
        tell(load.key)
        turns = [self.server(kind, load.variant) for kind in self.kinds(load)]
        for server in turns:
            if self.warm_seconds and (server.java or not self.quick):
                self.warm(load, server)
        results = {server.kind: [] for server in turns}
        for _ in range(self.rounds):
            for server in turns:
                results[server.kind].append(self.turn(load, server, self.seconds))
        if load.writes:
            tree.scrub(self.root, self.facts)
        return row(load, results)

    def turn(self, load, server, seconds, settle=False):
        server.resume()
        try:
            result = self.generators.run(load, server, seconds)
            if settle:
                server.settle()
            return result
        finally:
            server.pause()
            server.trim_log()
            if load.writes:
                # What is small stays until all have had their turns: ext4 takes its time to make files where many were deleted
                if int(load.words.get("size", 0)) > tree.MIB:
                    tree.scrub(self.root, self.facts)
                os.sync()

    def starts(self):
        """Cold starts, to the first answer, and how the first thousand requests of one client fare."""
        tell("cold start")
        load = loads.Load("first", "", self.manifest, file="/" + tree.data(self.facts["manifest"]), count=1000)
        times, rates = {}, {}
        for _ in range(self.rounds):
            for kind in self.kinds(load):
                server = self.kind[kind](self.work, self.root, None, "-start")
                try:
                    times.setdefault(kind, []).append(server.start())
                    rates.setdefault(kind, []).append(self.generators.run(load, server, 0))
                finally:
                    server.stop()
        started = {kind: [{"value": each} for each in seconds] for kind, seconds in times.items()}
        yield {"key": "start", "title": "cold start to the first answer", "unit": "s", "less": True, "results": started}
        yield dict(row(load, rates), key="start-1000", title="the first 1000 requests, manifest by tag, 1")

    def cold(self, seconds):
        """The first seconds after a start, under load, beside the rate that has settled; for each server once."""
        load = loads.cold(self.facts)
        found = {}
        for kind in self.kinds(load):
            tell(f"the first {seconds} s of {kind}")
            server = self.kind[kind](self.work, self.root, None, "-cold")
            try:
                server.start()
                if kind in self.peers:
                    peers.fill(server, self.facts)
                rates = [loads.value(load, self.generators.run(load, server, 1)) for _ in range(seconds)]
                found[kind] = {"rates": rates, "settled": self.warm(load, server) if self.warm_seconds else rates[-1]}
            finally:
                server.stop()
        return found

    def memory(self):
        plain = {kind: server for (kind, variant), server in self.started.items()
                 if not variant and (kind in loads.ALL or kind in self.peers)}
        for key, title, what in (("idle", "resident, idle", lambda s: s.idle), ("peak", "resident, at most", lambda s: s.memory("VmHWM"))):
            results = {kind: [{"value": what(server)}] for kind, server in plain.items()}
            yield {"key": f"memory-{key}", "title": title, "unit": "MiB", "less": True, "results": results}
        if "registry" in plain:
            plain["registry"].resume()
            used, committed = plain["registry"].heap()
            for key, title, size in (("used", "heap in use after it all", used), ("committed", "heap taken", committed)):
                yield {"key": f"heap-{key}", "title": title, "unit": "MiB", "less": True, "results": {"registry": [{"value": size}]}}


def row(load, results):
    for each in results.values():
        for result in each:
            result["value"] = loads.value(load, result)
    return {"key": load.key, "title": load.title, "unit": load.unit, "less": False,
            "size": int(load.words.get("size", 0)), "results": results}


def cpu_row(measured):
    """CPU seconds per GiB, of a row of large bodies."""
    size = 1 << 30
    results = {kind: [{"value": result["cpu"] / (result["operations"] * measured["size"] / size)} for result in each if result["operations"]]
               for kind, each in measured["results"].items()}
    return {"key": measured["key"] + "-cpu", "title": measured["title"].split(",")[0] + ", CPU", "unit": "s/GiB", "less": True, "results": results}
