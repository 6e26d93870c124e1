"""A generated tree in docker-distribution's layout, which all servers of a run have in common."""

import hashlib
import json
import os
import random
import shutil

VERSION = 1
KIB, MIB = 1 << 10, 1 << 20
REPOSITORY = "bench/image"
TAGGED = "bench/tags"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
SIZES = {"1k": KIB, "1m": MIB, "256m": 256 * MIB}


class Writer:
    def __init__(self, root):
        self.top = os.path.join(root, "docker", "registry", "v2")

    def file(self, path, content):
        path = os.path.join(self.top, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            for part in content if isinstance(content, list) else [content]:
                file.write(part)

    def blob(self, content):
        sha256 = hashlib.sha256()
        for part in content if isinstance(content, list) else [content]:
            sha256.update(part)
        self.file(data(sha256.hexdigest()), content)
        return "sha256:" + sha256.hexdigest()

    def link(self, path, digest):
        self.file(f"repositories/{path}/link", digest.encode())

    def layer(self, name, digest):
        self.link(f"{name}/_layers/{digest.replace(':', '/')}", digest)

    def revision(self, name, digest):
        self.link(f"{name}/_manifests/revisions/{digest.replace(':', '/')}", digest)

    def tag(self, name, tag, digest):
        self.link(f"{name}/_manifests/tags/{tag}/index/{digest.replace(':', '/')}", digest)
        self.link(f"{name}/_manifests/tags/{tag}/current", digest)

    def image(self, name, layers):
        """Links the layers, of which the first stands for the config as well; returns the manifest's digest."""
        for digest, _ in layers:
            self.layer(name, digest)
        described = [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": d, "size": s} for d, s in layers]
        config = dict(described[0], mediaType="application/vnd.oci.image.config.v1+json")
        manifest = {"schemaVersion": 2, "mediaType": IMAGE, "config": config, "layers": described}
        digest = self.blob(json.dumps(manifest).encode())
        self.revision(name, digest)
        return digest


def data(digest):
    digest = digest.removeprefix("sha256:")
    return f"blobs/sha256/{digest[:2]}/{digest}/data"


def repository(number):
    return f"many/group-{number // 100:03}/repository-{number:05}"


def noise(size):
    block = random.Random(size).randbytes(min(size, MIB))
    return [block] * (size // len(block))


def generate(root, tags, repositories):
    """Makes the tree, unless the same is there from an earlier run; returns what is in it."""
    kept = os.path.join(root, "tree.json")
    wanted = {"version": VERSION, "tags": tags, "repositories": repositories}
    if os.path.exists(kept):
        with open(kept) as file:
            facts = json.load(file)
        if facts["wanted"] == wanted:
            return facts
    shutil.rmtree(root, ignore_errors=True)
    writer = Writer(root)
    facts = {"wanted": wanted, "blobs": {name: writer.blob(noise(size)) for name, size in SIZES.items()}}
    facts["manifest"] = writer.image(REPOSITORY, [(facts["blobs"][name], size) for name, size in SIZES.items()])
    writer.tag(REPOSITORY, "latest", facts["manifest"])
    small = [(facts["blobs"]["1k"], KIB)]
    for name in [TAGGED] + [repository(number) for number in range(repositories)]:
        digest = writer.image(name, small)
        writer.tag(name, "latest", digest)
    for number in range(tags - 1):
        writer.tag(TAGGED, f"tag-{number:05}", digest)
    facts["kept"] = [*facts["blobs"].values(), facts["manifest"], digest]
    answers(writer, facts)
    with open(kept, "w") as file:
        json.dump(facts, file)
    return facts


def answers(writer, facts):
    """Answers that nginx has ready, where a registry has to find out."""
    tags, repositories = facts["wanted"]["tags"], facts["wanted"]["repositories"]
    listed = {"name": TAGGED, "tags": ["latest"] + [f"tag-{number:05}" for number in range(tags - 1)]}
    writer.file("../../../answers/version", b"{}")
    writer.file("../../../answers/tags", json.dumps(listed).encode())
    listed["tags"] = listed["tags"][:100]
    writer.file("../../../answers/tags-page", json.dumps(listed).encode())
    page = {"repositories": [repository(number) for number in range(min(100, repositories))]}
    writer.file("../../../answers/catalog-page", json.dumps(page).encode())


def scrub(root, facts):
    """Removes what was pushed, so that each load finds the same tree, and the disk does not fill."""
    top = Writer(root).top
    for prefix in os.scandir(os.path.join(top, "blobs", "sha256")):
        for blob in os.scandir(prefix):
            if "sha256:" + blob.name not in facts["kept"]:
                shutil.rmtree(blob)
    for path in (os.path.join(top, "repositories", "push"), os.path.join(root, "put")):
        shutil.rmtree(path, ignore_errors=True)
