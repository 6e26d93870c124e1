"""A tree of a registry with what a test puts into it."""

import hashlib
import json
import pathlib

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json"


class MadeUpTree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.base = self.root / "docker/registry/v2"

    def blob(self, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        self.write(self.data(digest), content)
        return digest

    def layer(self, content, repository="fedora/image"):
        digest = self.blob(content)
        self.link(f"_layers/{digest.replace(':', '/')}/link", digest, repository)
        return digest

    def layer_by_sha512(self, content):
        """Its sha512 digest, by which it is known beside the other."""
        digest = "sha512:" + hashlib.sha512(content).hexdigest()
        self.link(f"_layers/{digest.replace(':', '/')}/link", self.layer(content))
        return digest

    def manifest(self, content, tag=None, repository="fedora/image"):
        """Of these bytes, or of a document."""
        digest = self.blob(content if isinstance(content, bytes) else json.dumps(content).encode())
        self.link(f"_manifests/revisions/{digest.replace(':', '/')}/link", digest, repository)
        if tag:
            self.link(f"_manifests/tags/{tag}/current/link", digest, repository)
        return digest

    def manifest_by_sha512(self, content, tag):
        """As it is where it was pushed by its sha512 digest, with a tag: the tag names that one."""
        stored = self.manifest(content)
        digest = "sha512:" + hashlib.sha512(self.data(stored).read_bytes()).hexdigest()
        self.link(f"_manifests/revisions/{digest.replace(':', '/')}/link", stored)
        self.link(f"_manifests/tags/{tag}/current/link", digest)
        return digest

    def link(self, path, digest, repository="fedora/image"):
        self.write(self.base / "repositories" / repository / path, digest.encode())

    def data(self, digest):
        algorithm, hexadecimal = digest.split(":")
        return self.base / "blobs" / algorithm / hexadecimal[:2] / hexadecimal / "data"

    def files(self):
        return {str(path.relative_to(self.root)): path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    @staticmethod
    def write(path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def image(config, *layers, **more):
    return {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(config),
        "layers": [descriptor(layer) for layer in layers],
        **more,
    }


def descriptor(digest, **more):
    return {"mediaType": "application/octet-stream", "digest": digest, "size": 1, **more}
