package org.fedoraproject.registry.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** A file that pages refer to. */
final class Asset {
    private final String name;
    private final byte[] bytes;
    private volatile byte[] zipped;

    Asset(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes;
    }

    /** Made when it is first asked for. */
    byte[] zipped() {
        if (zipped == null) {
            zipped = zip();
        }
        return zipped;
    }

    /** @throws IllegalStateException if files of its kind have no type here */
    String contentType() {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "woff2" -> "font/woff2";
            default -> throw new IllegalStateException("no type for " + name);
        };
    }

    private byte[] zip() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
