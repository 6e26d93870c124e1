"""Plots as plain SVG, readable on white and in a README."""

import math
import statistics
from html import escape

import report

FONT = "font-family='-apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif'"
COLOURS = {"registry": "#1f6feb", "docker-registry": "#8c959f", "nginx": "#d4a72c"}
WIDTH, LEFT, RIGHT, ROW = 860, 300, 30, 22


def text(x, y, content, size=12, anchor="start", fill="#24292f", weight="normal"):
    return (f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' fill='{fill}' font-weight='{weight}'>"
            f"{escape(content)}</text>")


def line(x1, y1, x2, y2, colour, width=1):
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' stroke-width='{width}'/>"


def svg(height, parts):
    return (f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' width='{WIDTH}' height='{height}' {FONT}>"
            f"<rect width='100%' height='100%' rx='6' fill='#ffffff'/>" + "\n".join(parts) + "</svg>\n")


def foot(y, run, note):
    machine = run["machine"]
    return text(20, y, f"{machine['date'][:10]} · {machine['cpu']}, {machine['cores']} cores · {note}", 11, fill="#57606a")


def decades(low, high):
    return [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def name(value):
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


class Scale:
    """Logarithmic, from one power of ten to another."""

    def __init__(self, values, start, end):
        self.ticks = decades(min(values), max(values))
        if len(self.ticks) == 1:
            self.ticks.append(self.ticks[0] * 10)
        self.start, self.end = start, end

    def __call__(self, value):
        low, high = math.log10(self.ticks[0]), math.log10(self.ticks[-1])
        return self.start + (math.log10(value) - low) / (high - low) * (self.end - self.start)


def speed(run):
    """Each load in multiples of docker-registry's figure: ours, and what nginx shows to be possible."""
    rows = [row for row in run["rows"] if not row["less"] and report.ratios(row, "registry", "docker-registry")]
    if not rows:
        return None
    points = [{kind: report.ratios(row, kind, "docker-registry") for kind in ("registry", "nginx")} for row in rows]
    x = Scale([1] + [value for point in points for found in point.values() for value in found if value > 0], LEFT, WIDTH - RIGHT)
    top = 86
    bottom = top + ROW * len(rows)
    parts = [text(20, 30, "How many times as fast as docker-registry", 16, weight="600"), *legend(54)]
    for tick in x.ticks:
        parts += [line(x(tick), top - 8, x(tick), bottom, "#8c959f" if tick == 1 else "#eaeef2", 1.5 if tick == 1 else 1),
                  text(x(tick), bottom + 18, name(tick) + " ×", 11, "middle", "#57606a")]
    for i, (row, point) in enumerate(zip(rows, points)):
        y = top + ROW * i + ROW / 2
        parts.append(text(LEFT - 14, y + 4, row["title"].replace("`", ""), 12, "end"))
        parts += [mark for kind in ("nginx", "registry") for mark in dot(x, y, kind, [v for v in point[kind] if v > 0])]
    parts.append(foot(bottom + 42, run, f"median and spread of {run['rounds']} turns"))
    return svg(bottom + 56, parts)


def dot(x, y, kind, found):
    if not found:
        return []
    middle = x(statistics.median(found))
    parts = [line(x(min(found)), y, x(max(found)), y, COLOURS[kind], 2)]
    if kind == "registry":
        parts.insert(0, line(x(1), y, middle, y, "#b6d4fe", 6))
        return parts + [f"<circle cx='{middle:.1f}' cy='{y:.1f}' r='5' fill='{COLOURS[kind]}'/>"]
    return parts + [f"<circle cx='{middle:.1f}' cy='{y:.1f}' r='4.5' fill='#ffffff' stroke='{COLOURS[kind]}' stroke-width='2'/>"]


def legend(y):
    return [f"<circle cx='26' cy='{y - 4}' r='5' fill='{COLOURS['registry']}'/>", text(37, y, "this registry"),
            f"<circle cx='136' cy='{y - 4}' r='4.5' fill='#ffffff' stroke='{COLOURS['nginx']}' stroke-width='2'/>",
            text(147, y, "nginx with the same files: the limit"),
            line(372, y - 10, 372, y + 2, COLOURS["docker-registry"], 2), text(380, y, "docker-registry"),
            text(490, y, "further right is faster; the axis is logarithmic", fill="#57606a")]


def cold(run):
    """The rate in each second after a start, as a share of the server's own settled rate."""
    found = run["cold"]
    if not found:
        return None
    seconds = max(len(each["rates"]) for each in found.values())
    left, top, right, bottom = 70, 84, WIDTH - RIGHT, 320
    x = lambda second: left + (right - left) * second / seconds  # noqa: E731
    y = lambda share: bottom - (bottom - top) * min(share, 1.2) / 1.2  # noqa: E731
    parts = [text(20, 30, "After a start, under full load", 16, weight="600"),
             text(20, 52, "requests in each second, as a share of the rate that settles later", fill="#57606a")]
    for share in (0, 0.5, 0.9, 1):
        parts += [line(left, y(share), right, y(share), "#eaeef2"), text(left - 8, y(share) + 4, f"{share:.0%}", 11, "end", "#57606a")]
    parts += [text(x(second), bottom + 18, f"{second} s", 11, "middle", "#57606a") for second in range(0, seconds + 1, max(1, seconds // 6))]
    for i, (kind, each) in enumerate(found.items()):
        colour = COLOURS.get(kind, SERIES[i % len(SERIES)])
        points = " ".join(f"{x(second + 0.5):.1f},{y(rate / each['settled']):.1f}" for second, rate in enumerate(each["rates"]))
        parts += [f"<polyline fill='none' stroke='{colour}' stroke-width='2' points='{points}'/>",
                  line(left + i * 150, 68, left + 20 + i * 150, 68, colour, 3), text(left + 26 + i * 150, 72, report.name_of(kind))]
    parts.append(foot(bottom + 42, run, "manifest by tag, 32 clients"))
    return svg(bottom + 56, parts)


SERIES = ("#1f6feb", "#8250df", "#bf3989")


def growth(run):
    """One panel for each load: its figure over the number of blobs, a line for each number of clients."""
    rows = run["rows"]
    columns, panel_width, panel_height = 3, 276, 190
    parts = [text(20, 30, f"{report.NAMES[run['server']]} as the tree grows", 16, weight="600")]
    for i, clients in enumerate(run["clients"]):
        left = 24 + i * 120
        parts += [line(left, 50, left + 20, 50, SERIES[i], 3), text(left + 26, 54, f"{clients:,} client{'s' if clients > 1 else ''}")]
    for i, row in enumerate(rows):
        left, top = 20 + i % columns * panel_width, 84 + i // columns * panel_height
        parts += panel(run, row, left, top, panel_width, panel_height)
    height = 84 + math.ceil(len(rows) / columns) * panel_height + 22
    parts.append(foot(height - 12, run, "both axes are logarithmic"))
    return svg(height, parts)


def panel(run, row, left, top, width, height):
    every = [value for series in row["series"].values() for value in series if value]
    if not every:
        return [text(left, top, row["title"], weight="600")]
    x = Scale(run["blobs"], left + 46, left + width - 34)
    y = Scale(every, top + height - 58, top + 14)
    parts = [text(left, top, f"{row['title']}, {row['unit']}", 12, weight="600")]
    for tick in y.ticks:
        parts += [line(x.start, y(tick), x.end, y(tick), "#eaeef2"), text(x.start - 6, y(tick) + 4, name(tick), 10, "end", "#57606a")]
    parts += [text(x(blobs), y.start + 16, f"{blobs:,}", 10, "middle", "#57606a") for blobs in run["blobs"]]
    for colour, clients in zip(SERIES, run["clients"]):
        points = [(x(blobs), y(value)) for blobs, value in zip(run["blobs"], row["series"][str(clients)]) if value]
        joined = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f"<polyline fill='none' stroke='{colour}' stroke-width='2' points='{joined}'/>")
        parts += [f"<circle cx='{a:.1f}' cy='{b:.1f}' r='3.5' fill='{colour}'/>" for a, b in points]
    return parts
