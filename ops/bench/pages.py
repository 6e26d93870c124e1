"""Measures the pages for people beside the requests of the API that ask for the same.

python3 ops/bench/pages.py http://localhost:5000 --rounds 300

The tree is one that large_tree.py --repositories 10000 has made. One client, one connection, one request at a time; the time is the
median from the first byte of the request to the last of the answer."""

import argparse
import http.client
import statistics
import time
import urllib.parse

PAIRS = [
    ("the front page", "/", "/v2/_catalog?n=50"),
    ("page 100 of the list", "/?last=team-49/app-04949", "/v2/_catalog?n=50&last=team-49/app-04949"),
    ("a search", "/?q=team-42", "/v2/_catalog?n=50&last=team-42"),
    ("a search that finds nothing", "/?q=nothing-here", "/v2/_catalog?n=50"),
    ("a repository", "/r/team-42/app-04242", "/v2/team-42/app-04242/tags/list"),
    ("an image", "/r/team-42/app-04242:{tag}", "/v2/team-42/app-04242/manifests/{tag}"),
]


def ask(connection, path):
    begin = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html" if not path.startswith("/v2/") else "*/*"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {body[:200]}")
    return time.perf_counter() - begin, body


def median(connection, path, rounds):
    for _ in range(rounds):  # until the JVM has compiled it
        ask(connection, path)
    return 1000 * statistics.median(ask(connection, path)[0] for _ in range(rounds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rounds", type=int, default=300)
    arguments = parser.parse_args()
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(arguments.url).netloc)
    tags = ask(connection, "/v2/team-42/app-04242/tags/list")[1].decode()
    tag = tags.split('"tags":["')[1].split('"')[0]
    print("| what | page, ms | API, ms | ratio |\n|---|---|---|---|")
    for what, page, api in PAIRS:
        first = ask(connection, page.format(tag=tag))[0] * 1000
        ours = median(connection, page.format(tag=tag), arguments.rounds)
        other = median(connection, api.format(tag=tag), arguments.rounds)
        print(f"| {what} | {ours:.2f} (first {first:.0f}) | {other:.2f} | {ours / other:.1f} |", flush=True)


if __name__ == "__main__":
    main()
