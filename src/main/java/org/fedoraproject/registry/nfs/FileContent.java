package org.fedoraproject.registry.nfs;

import java.nio.file.attribute.FileTime;

/** The bytes of a small file. */
public record FileContent(byte[] bytes, FileTime modified) implements Dated {}
