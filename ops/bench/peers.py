"""Gives a registry that does not read the tree the same content by its API."""

import http.client
import json
import os

import tree

class NotFilled(Exception):
    pass


def fill(server, facts):
    """Pushes what the loads ask for, unless the server has it already."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        if has(connection, tree.REPOSITORY, "latest") and has(connection, tree.TAGGED, "latest"):
            return
        for digest in facts["blobs"].values():
            push_blob(connection, server, tree.REPOSITORY, digest)
        push_manifest(connection, server, tree.REPOSITORY, facts["manifest"], ["latest"])
        small, image = facts["blobs"]["1k"], facts["kept"][-1]
        tags = ["latest"] + [f"tag-{number:05}" for number in range(facts["wanted"]["tags"] - 1)]
        names = [tree.repository(number) for number in range(facts["wanted"]["repositories"])]
        for name, of_name in [(tree.TAGGED, tags), *((name, ["latest"]) for name in names)]:
            push_blob(connection, server, name, small)
            push_manifest(connection, server, name, image, of_name)
    finally:
        connection.close()


def ask(connection, method, path, body=None, **headers):
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read()


def has(connection, name, reference):
    answer, _ = ask(connection, "GET", f"/v2/{name}/manifests/{reference}", Accept=tree.IMAGE)
    return answer.status == 200


def expect(status, answer, what):
    if answer.status != status:
        raise NotFilled(f"{what}: {answer.status}, not {status}")


def path(server, digest):
    return os.path.join(server.root, "docker", "registry", "v2", tree.data(digest))


def push_blob(connection, server, name, digest):
    answer, _ = ask(connection, "POST", f"/v2/{name}/blobs/uploads/", **{"Content-Length": "0"})
    expect(202, answer, f"upload to {name}")
    location = answer.getheader("Location").removeprefix(f"http://127.0.0.1:{server.port}")
    with open(path(server, digest), "rb") as file:
        answer, _ = ask(connection, "PUT", location + ("&" if "?" in location else "?") + f"digest={digest}", file,
                        **{"Content-Type": "application/octet-stream", "Content-Length": str(os.path.getsize(file.name))})
    expect(201, answer, f"blob of {name}")


def push_manifest(connection, server, name, digest, tags):
    with open(path(server, digest), "rb") as file:
        manifest = file.read()
    for tag in tags:
        answer, body = ask(connection, "PUT", f"/v2/{name}/manifests/{tag}", manifest, **{"Content-Type": tree.IMAGE})
        expect(201, answer, f"{name}:{tag} {json.dumps(body.decode(errors='replace'))}")
