"""What a run found: medians, ratios, spread; as a table, as JSON, against the targets."""

import datetime
import os
import re
import statistics
import subprocess

from servers import HEAP

NAMES = {"registry": "this registry", "docker-registry": "docker-registry", "nginx": "nginx", "cluster": "two and a front"}

# Of nginx's requests, with many clients
MANY = 0.35
# Loads, whom they are compared with, and the least share of it that we want (the most, of what should be little)
TARGETS = (
    *((f"{load}-{connections}", peer, bound) for load in ("manifest-tag", "manifest-digest", "blob-head", "blob-1k")
      for connections in (32, 128) for peer, bound in (("nginx", MANY), ("docker-registry", 15))),
    ("blob-256m", "nginx", 1.0), ("range-64m", "nginx", 1.0), ("blob-256m-cpu", "nginx", 1.2),
    ("push-256m", "nginx", 0.75), ("push-256m", "docker-registry", 3),
    ("push-one-64", "docker-registry", 4), ("push-many-64", "docker-registry", 4),
    ("tags", "docker-registry", 5), ("tags-page", "docker-registry", 10),
    ("catalog-first", "docker-registry", 20), ("catalog-middle", "docker-registry", 20),
)
# p99 against nginx's, and figures of our own
TIMES = 3
ABSOLUTE = {"start": 5, "memory-peak": 450}


def values(row, kind, what="value"):
    return [result[what] for result in row["results"].get(kind, []) if what in result]


def median(row, kind, what="value"):
    found = values(row, kind, what)
    return statistics.median(found) if found else None


def ratios(row, kind, other, what="value"):
    """Of turns that followed each other, so that what slows the machine for a while slows both."""
    return [a / b for a, b in zip(values(row, kind, what), values(row, other, what)) if b]


def errors(row):
    return {kind: found for kind in row["results"] if (found := sum(values(row, kind, "errors")))}


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def ratio(row, other, kind="registry"):
    found = ratios(row, kind, other)
    if not found:
        return "–"
    low, high = number(min(found)), number(max(found))
    return number(statistics.median(found)) + (f" ({low}–{high})" if low != high else "")


def cells(row):
    kinds = ("registry", "docker-registry", "nginx")
    figures = [number(median(row, kind)) + ("!" if kind in errors(row) else "") for kind in kinds]
    return [f"{row['title']}, {row['unit']}", *figures, ratio(row, "docker-registry"), ratio(row, "nginx"), p99(row, kinds)]


def p99(row, kinds):
    """In milliseconds, of each of them."""
    found = [median(row, kind, "p99") for kind in kinds]
    return " / ".join(number(each and each * 1000) for each in found) if any(found) else "–"


def front_cells(row):
    kinds = ("registry", "cluster")
    return [f"{row['title']}, {row['unit']}", *(number(median(row, kind)) for kind in kinds), ratio(row, "registry", "cluster"),
            p99(row, kinds)]


def markdown(run):
    plain = [row for row in run["rows"] if not row["key"].startswith("front-")]
    front = [row for row in run["rows"] if row["key"].startswith("front-")]
    parts = [told(run)]
    if plain:
        head = ("load", "this registry", "docker-registry", "nginx", "× docker-registry", "× nginx", "p99 of each, ms")
        parts.append(table(head, map(cells, plain)))
    if front:
        parts.append(table(("load", "one", "two behind the front", "× one", "p99 of each, ms"), map(front_cells, front)))
    failed = [f"{NAMES[kind]} in {row['title']}: {count}, first {first_error(row, kind)}"
              for row in run["rows"] for kind, count in errors(row).items()]
    if failed:
        parts.append("! Failed requests: " + "; ".join(failed) + ".")
    return "\n\n".join(parts) + "\n"


def first_error(row, kind):
    return next(result["error"] for result in row["results"][kind] if result.get("errors"))


def table(head, rows):
    lines = [list(head), ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def told(run):
    m = run["machine"]
    return (f"{m['date'][:10]}, {m['cpu']}, {m['cores']} cores, {m['memory']}, {m['disk']}, Linux {m['kernel']}, {m['java']}, heap of "
            f"{HEAP} MiB; {m['docker-registry']}, {m['nginx']}; commit {m['commit']}. Generator and server share the machine; other "
            f"processes used {m['others']:.0%} of it. Medians of turns of {run['seconds']:g} s, {run['rounds']} each; ratios are of turns "
            "that followed each other (least–most). The p99 is of this registry / docker-registry / nginx.")


def plain_table(run):
    """The same for a terminal: the Markdown's columns, aligned."""
    lines = []
    for block in markdown(run).split("\n\n"):
        if not block.startswith("|"):
            lines += [block, ""]
            continue
        rows = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in block.splitlines() if "---" not in line]
        widths = [max(map(len, column)) for column in zip(*rows)]
        for cells_ in rows:
            first, *others = zip(cells_, widths)
            lines.append("  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]))
        lines.append("")
    return "\n".join(lines)


def targets(run):
    """Lines: met or missed, what, and by how much."""
    rows = {row["key"]: row for row in run["rows"]}
    for key, peer, bound in TARGETS:
        if key in rows and (found := ratios(rows[key], "registry", peer)):
            yield verdict(statistics.median(found), bound, rows[key]["less"], f"{rows[key]['title']}: × {peer}")
            if bound == MANY and (found := ratios(rows[key], "registry", peer, "p99")):
                yield verdict(statistics.median(found), TIMES, True, f"{rows[key]['title']}: p99 × {peer}")
    for key, bound in ABSOLUTE.items():
        if key in rows and (found := median(rows[key], "registry")) is not None:
            yield verdict(found, bound, True, f"{rows[key]['title']}, {rows[key]['unit']}")


def verdict(found, bound, less, what):
    met = found <= bound if less else found >= bound
    return f"{'met   ' if met else 'MISSED'} {what} {found:.3g} ({'at most' if less else 'at least'} {bound:g})"


def machine(root, jdk):
    def said(*command):
        try:
            result = subprocess.run(command, capture_output=True, text=True, cwd=os.path.dirname(os.path.abspath(__file__)))
            return (result.stdout + result.stderr).strip()
        except FileNotFoundError:
            return ""

    with open("/proc/cpuinfo") as file:
        cpu = re.search(r"model name\s*: (.*)", file.read())
    with open("/proc/meminfo") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read())[1]) / (1 << 20)
    version = re.search(r'version "([^"]+)"', said(f"{jdk}/bin/java", "-version"))
    nginx = re.search(r"nginx/([\d.]+)", said("nginx", "-v"))
    peer = re.search(r" v?(\d\S*)", said("docker-registry", "--version"))
    changed = bool(said("git", "status", "--porcelain", "--untracked-files=no"))
    return {
        "date": datetime.datetime.now().astimezone().isoformat(timespec="minutes"),
        "cpu": cpu[1] if cpu else os.uname().machine,
        "cores": os.cpu_count(),
        "memory": f"{memory:.0f} GiB",
        "disk": said("stat", "-f", "-c", "%T", root),
        "kernel": os.uname().release,
        "java": f"JDK {version[1]}" if version else "",
        "docker-registry": f"docker-registry {peer[1]}" if peer else "no docker-registry",
        "nginx": f"nginx {nginx[1]}" if nginx else "no nginx",
        "commit": said("git", "rev-parse", "--short", "HEAD") + (" and changes" if changed else ""),
        "load": os.getloadavg()[0],
    }
