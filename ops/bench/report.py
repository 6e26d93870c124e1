"""What a run found: medians, ratios, spread; as a table, as JSON, against the targets."""

import datetime
import os
import re
import statistics
import subprocess

from servers import HEAP

NAMES = {"registry": "this registry", "docker-registry": "docker-registry", "nginx": "nginx", "cluster": "two and a front"}

# Many small requests, and the least share of each server's rate that we want; zot and v3 are names for --peer
SMALL = [f"{load}-{connections}" for load in ("manifest-tag", "manifest-digest", "blob-head", "blob-1k") for connections in (32, 128)]
SHARES = (("nginx", 0.42), ("zot", 1.25), ("v3", 2.5))
# Loads, whom they are compared with, and the least share of it that we want (the most, of what should be little)
TARGETS = (
    *((load, peer, bound) for load in SMALL for peer, bound in SHARES),
    ("blob-256m", "nginx", 1.0), ("range-64m", "nginx", 1.0), ("blob-256m-cpu", "nginx", 1.2),
    ("push-256m", "nginx", 0.95), ("push-256m", "docker-registry", 3),
    ("push-one-64", "docker-registry", 4), ("push-many-64", "docker-registry", 4),
)
# Lists, against the best of the other registries
LISTS, BEST = ("tags", "tags-page", "catalog-first", "catalog-middle"), 10
# Figures of our own: seconds, MiB, and seconds of CPU
ABSOLUTE = {"start": 5, "memory-peak": 450}
COST = 45e-6


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


def kinds_of(run):
    return ["registry", "docker-registry", *run["peers"], "nginx"]


def name_of(kind):
    return NAMES.get(kind, kind)


def head(kinds):
    return ["load", *map(name_of, kinds), *(f"× {name_of(kind)}" for kind in kinds[1:]), "p99 of each, ms"]


def cells(row, kinds):
    figures = [number(median(row, kind)) + ("!" if kind in errors(row) else "") for kind in kinds]
    return [f"{row['title']}, {row['unit']}", *figures, *(ratio(row, kind) for kind in kinds[1:]), p99(row, kinds)]


def costs(run, kinds):
    """CPU time and context switches of a request, where a turn has so many that this says something."""
    rows = [row for row in run["rows"] if row["unit"] == "/s" and median(row, "registry", "cost")]
    return [[row["title"], *(cost(row, kind) for kind in kinds), " / ".join(number(median(row, kind, "switches")) for kind in kinds)] for row in rows]


def cost(row, kind):
    """In microseconds, and of these in user mode and in the kernel."""
    whole = median(row, kind, "cost")
    if whole is None:
        return "–"
    user, kernel = (sum(values(row, kind, what)) for what in ("user", "kernel"))
    share = user / (user + kernel) if user + kernel else 0
    return f"{number(whole * 1e6)} ({number(whole * share * 1e6)} + {number(whole * (1 - share) * 1e6)})"


# Parts of the settled rate
HALF, MOST = 0.5, 0.9


def cold_cells(kind, cold):
    """The rate in some of the first seconds, the settled one, and when its half and nine tenths were reached."""
    rates, settled = cold["rates"], cold["settled"]
    shown = [number(rates[second - 1]) if second <= len(rates) else "–" for second in (1, 2, 5, 10, 20, 30)]
    return [name_of(kind), *shown, number(settled), *(reached(rates, settled * share) for share in (HALF, MOST))]


def reached(rates, wanted):
    """The requests until the first second with such a rate."""
    for second, rate in enumerate(rates):
        if rate >= wanted:
            return f"{number(sum(rates[:second]))} ({second} s)"
    return f"more than {number(sum(rates))} ({len(rates)} s)"


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
    kinds = kinds_of(run)
    parts = [told(run)]
    if plain:
        parts.append(table(head(kinds), (cells(row, kinds) for row in plain)))
    if found := costs(run, kinds):
        parts.append("CPU time of a request in microseconds (in user mode + in the kernel), warm:")
        parts.append(table(["load", *map(name_of, kinds), "context switches of each"], found))
    if run["cold"]:
        parts.append("Just after a start, cold: manifest by tag from 32 clients, requests in each second, and how many requests "
                     "it took until a second had half and nine tenths of the settled rate:")
        seconds = [f"second {second}" for second in (1, 2, 5, 10, 20, 30)]
        parts.append(table(["server", *seconds, "settled", "until half", "until nine tenths"],
                           (cold_cells(kind, run["cold"][kind]) for kind in kinds if kind in run["cold"])))
    if front:
        parts.append(table(("load", "one", "two behind the front", "× one", "p99 of each, ms"), map(front_cells, front)))
    failed = [f"{name_of(kind)} in {row['title']}: {count}, first {first_error(row, kind)}"
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
            f"processes used {m['others']:.0%} of it. Warm: each server was loaded until its rate had settled. Medians of turns of "
            f"{run['seconds']:g} s, {run['rounds']} each; ratios are of turns that followed each other (least–most). The p99 is of "
            f"{' / '.join(map(name_of, kinds_of(run)))}.")


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
            if peer == "zot" and (found := ratios(rows[key], "registry", peer, "p99")):
                yield verdict(statistics.median(found), 1, True, f"{rows[key]['title']}: p99 × {peer}")
    for key in filter(rows.get, SMALL):
        if (found := median(rows[key], "registry", "cost")) is not None:
            yield verdict(found * 1e6, COST * 1e6, True, f"{rows[key]['title']}: CPU of a request, µs")
    for key in filter(rows.get, LISTS):
        if best := max(filter(None, (median(rows[key], kind) for kind in ("docker-registry", *run["peers"]))), default=None):
            yield verdict(median(rows[key], "registry") / best, BEST, False, f"{rows[key]['title']}: × the best other registry")
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
