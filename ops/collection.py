"""What docker-distribution's garbage-collect makes of manifests: verify-tree tells, and collect-garbage keeps what it would lose.

It stops at the first manifest that it does not read, and deletes what those that it reads do not name as it reads them. It
goes by sha256 digests alone: what is named by another digest is deleted. Tried with docker-registry 2.8.2.
"""

import json
import os
import re
from functools import partial

DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
MANIFEST_LIMIT = 4 * 1024 * 1024
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
IMAGES = {OCI_MANIFEST, "application/vnd.docker.distribution.manifest.v2+json"}
INDEXES = {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"}

TOP = ("schemaVersion", "mediaType", "config", "layers", "manifests", "annotations")
OF_SCHEMA1 = ("name", "tag", "architecture", "fsLayers", "history")
OF_DESCRIPTOR = ("mediaType", "digest", "size", "urls", "annotations", "platform")
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")


class Unreadable(Exception):
    """Why garbage-collect stops at a manifest, or may."""


class Number(str):
    """As it is written, for 2.0 is no integer to Go."""


class Members(list):
    """An object's, as they stand there: a key may be there twice."""

    def known(self, names, what):
        """Those of these names. Go reads keys in any case, and takes the last of several."""
        found = {}
        spelled = {name.casefold(): name for name in names}
        for key, value in self:
            name = spelled.get(key.casefold())
            if name and key != name:
                raise Unreadable(f"{what} has {key!r} for {name!r}")
            if name in found:
                raise Unreadable(f"{what} has {name!r} twice")
            if name:
                found[name] = value
        return found


def parse(data):
    """The document in a manifest; Unreadable where there is none."""
    try:
        return json.loads(
            data.decode(),
            object_pairs_hook=Members,
            parse_int=Number,
            parse_float=Number,
            parse_constant=no_number,
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {error}") from error


def no_number(name):
    raise ValueError(f"{name} is none of JSON's numbers")


def digests(document):
    """All that a document names, however deep and in whatever case: too many cost nothing but the room that they take."""
    found = set()
    rest = [document]
    while rest:
        value = rest.pop()
        if isinstance(value, Members):
            for key, member in value:
                if isinstance(member, str) and key.casefold() in ("digest", "blobsum") and DIGEST.fullmatch(member):
                    found.add(member)
                else:
                    rest.append(member)
        elif isinstance(value, list):
            rest.extend(value)
    return found


def marked(document):
    """The digests that garbage-collect takes from a manifest; Unreadable where it stops at it."""
    top = members(document, "the manifest").known(TOP + OF_SCHEMA1, "the manifest")
    version = top.get("schemaVersion")
    if version == "1" and isinstance(version, Number):
        return marked_of_schema1(top)
    if version != "2" or not isinstance(version, Number):
        raise Unreadable("schemaVersion is not 2")
    texts(top.get("annotations"), "annotations")
    content = [descriptor(each, "config") for each in [top.get("config")] if each is not None]
    content += descriptors(top.get("layers"), "layers")
    children = descriptors(top.get("manifests"), "manifests")
    kind = text(top.get("mediaType"), "mediaType") or ""
    if not kind:
        return set(children if top.get("manifests") is not None else content)
    if kind in IMAGES:
        return set(content)
    if kind in INDEXES:
        return set(children)
    raise Unreadable(f"the type {kind} is unknown to it")


def marked_of_schema1(top):
    """Those of old trees; nobody can push one any more."""
    for name in ("mediaType", "name", "tag", "architecture"):
        text(top.get(name), name)
    for each in array(top.get("history"), "history"):
        text(members(each, "history").known(["v1Compatibility"], "history").get("v1Compatibility"), "v1Compatibility")
    layers = [members(each, "fsLayers").known(["blobSum"], "fsLayers") for each in array(top.get("fsLayers"), "fsLayers")]
    return {text(each.get("blobSum"), "blobSum") for each in layers}


def descriptors(value, what):
    return [descriptor(each, what) for each in array(value, what) if each is not None]


def descriptor(value, what):
    """The digest in it, if it has one."""
    found = members(value, what).known(OF_DESCRIPTOR, what)
    size = found.get("size")
    if size is not None and not is_long(size):
        raise Unreadable(f"{what}: size is no integer below 2^63")
    text(found.get("mediaType"), f"{what}: mediaType")
    for url in array(found.get("urls"), f"{what}: urls"):
        text(url, f"{what}: urls")
    texts(found.get("annotations"), f"{what}: annotations")
    if found.get("platform") is not None:
        platform(found["platform"], f"{what}: platform")
    return text(found.get("digest"), f"{what}: digest")


def platform(value, what):
    for key, member in members(value, what):
        if key.casefold() in ("os.features", "features"):
            for each in array(member, f"{what}: {key}"):
                text(each, f"{what}: {key}")
        elif key.casefold() in ("architecture", "os", "os.version", "variant"):
            text(member, f"{what}: {key}")


def members(value, what):
    if not isinstance(value, Members):
        raise Unreadable(f"{what} is no object")
    return value


def array(value, what):
    if value is None:
        return []
    if not isinstance(value, list) or isinstance(value, Members):
        raise Unreadable(f"{what} is no array")
    return value


def text(value, what):
    if value is not None and (not isinstance(value, str) or isinstance(value, Number)):
        raise Unreadable(f"{what} is no string")
    return value


def texts(value, what):
    """An object of strings, if it is there."""
    if value is not None:
        for key, member in members(value, what):
            text(member, f"{what}: {key}")


def is_long(value):
    return isinstance(value, Number) and INTEGER.fullmatch(value) and -(2**63) <= int(value) < 2**63


def found_or_itself(linked, digest):
    return linked(digest) or (digest if digest.startswith("sha256:") else None)


class Survey:
    """All manifests of a tree, and what garbage-collect would do to them."""

    def __init__(self):
        self.marks = set()
        self.manifests = []  # the name as it is given, why it stops there, and all that must stay

    def add(self, name, stored, data, linked, seen=True):
        """
        Takes up a manifest, and returns why garbage-collect stops at it, or None.

        linked gives the digest under which the repository has what a manifest refers to, or None where it has it not. seen is
        whether garbage-collect finds the repository: it passes over those without _layers.
        """
        why = None
        content = set()
        try:
            document = parse(data)
            content = digests(document)
            marks = marked(document)
            if seen:
                self.marks |= {stored} | marks
        except Unreadable as error:
            why = str(error)
            # Go may read what Python does not; and what is not linked may be put right some day
            content |= set(DIGEST.findall(data.decode("latin-1")))
            linked = partial(found_or_itself, linked)
        self.manifests.append((name, why, {stored} | {linked(each) for each in content} - {None}))
        return why

    def harmed(self):
        """The names of manifests at which it stops, with the reason, or without it what it would delete of them."""
        for name, why, content in self.manifests:
            if why or content - self.marks:
                yield name, why, sorted(content - self.marks)

    def content(self):
        """All that must stay."""
        return self.marks.union(*(content for _, _, content in self.manifests))


def data_path(base, digest):
    algorithm, hexadecimal = digest.split(":")
    return os.path.join(base, "blobs", algorithm, hexadecimal[:2], hexadecimal, "data")
