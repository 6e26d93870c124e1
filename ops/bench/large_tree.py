"""Generates a large tree in docker-distribution's layout, half of whose blobs no manifest needs.

python3 ops/bench/large_tree.py DIRECTORY --blobs 1000000 --tags 100000 --repositories 10000

The blobs are tiny. An image is a manifest, a config and eight layers, so a tenth of the needed blobs are manifests, each with a tag.
Half of the garbage is still linked in a repository. All tags of --tags are in the repository "many", for 1000 images.
Each
of --repositories has ten tags for ten images of its own, whose configs have labels. LargeTreeTest, ManyTagsTest and LargeIndexTest
measure with it."""

import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
from tree import IMAGE, Writer  # noqa: E402

LAYERS = 8
IMAGES_IN_A_REPOSITORY = 100
IMAGES_WITH_MANY_TAGS = 1000
TAGS_OF_REPOSITORY = 10
LABELS = 20


def described(kind, digest, content):
    return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": digest, "size": len(content)}


def image(tree, name, tags, number):
    descriptors = []
    for part in range(LAYERS + 1):
        content = json.dumps({"created": "2025-01-01T00:00:00Z", "number": number, "part": part}).encode()
        digest = tree.blob(content)
        tree.layer(name, digest)
        descriptors.append(described("layer.v1.tar" if part else "config.v1+json", digest, content))
    manifest = {"schemaVersion": 2, "mediaType": IMAGE, "config": descriptors[0], "layers": descriptors[1:]}
    digest = tree.blob(json.dumps(manifest).encode())
    tree.revision(name, digest)
    for tag in tags:
        tree.tag(name, tag, digest)


def labelled(tree, name, tag, layer):
    labels = {f"org.example.label-{number}": f"{name} {tag} " + "x" * 20 for number in range(LABELS)}
    content = json.dumps({"os": "linux", "architecture": "amd64", "created": "2025-01-01T00:00:00Z", "config": {"Labels": labels}}).encode()
    config = tree.blob(content)
    tree.layer(name, config)
    tree.layer(name, layer)
    layers = [described("layer.v1.tar", layer, b"layer")]
    manifest = {"schemaVersion": 2, "mediaType": IMAGE, "config": described("config.v1+json", config, content), "layers": layers}
    digest = tree.blob(json.dumps(manifest).encode())
    tree.revision(name, digest)
    tree.tag(name, tag, digest)


def generate(root, blobs, tags, repositories):
    tree = Writer(root)
    layer = tree.blob(b"layer")
    for number in range(repositories):
        for tag in range(TAGS_OF_REPOSITORY):
            labelled(tree, f"team-{number % 100:02}/app-{number:05}", f"v{tag}", layer)
    needed = blobs // 2
    images = needed // (LAYERS + 2)
    for number in range(images):
        image(tree, f"large/repository-{number // IMAGES_IN_A_REPOSITORY:05}", [f"t{number}"], number)
    for number in range(blobs - needed):
        digest = tree.blob(f"garbage {number}".encode())
        if number % 2:
            tree.layer(f"large/repository-{number % max(1, images // IMAGES_IN_A_REPOSITORY):05}", digest)
    for number in range(min(tags, IMAGES_WITH_MANY_TAGS)):
        many = [f"tag-{tag:06}" for tag in range(number, tags, IMAGES_WITH_MANY_TAGS)]
        image(tree, "many", many, f"many {number}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--blobs", type=int, default=0)
    parser.add_argument("--tags", type=int, default=0)
    parser.add_argument("--repositories", type=int, default=0)
    arguments = parser.parse_args()
    os.makedirs(arguments.directory)
    generate(arguments.directory, arguments.blobs, arguments.tags, arguments.repositories)


if __name__ == "__main__":
    main()
