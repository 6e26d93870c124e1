package org.fedoraproject.registry.page;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The style sheets, scripts and pictures of the pages: all files in {@code WEB-INF/assets}. They are served below
 * {@value #PREFIX}, with a hash of all of them in the path, so that browsers can keep them until they change.
 */
@Singleton
public class Assets {
    static final String PREFIX = "/assets/";

    private static final String DIRECTORY = "/WEB-INF/assets/";
    private static final int HASH_BYTES = 8;

    private volatile Map<String, Asset> assets = Map.of();
    private volatile String hash = "";

    @Inject
    public Assets() {}

    Assets(Map<String, Asset> assets) {
        use(assets);
    }

    void load(@Observes @Initialized(ApplicationScoped.class) ServletContext context) throws IOException {
        Map<String, Asset> found = new TreeMap<>();
        for (String path :
                Optional.ofNullable(context.getResourcePaths(DIRECTORY)).orElseThrow()) {
            try (InputStream in = context.getResourceAsStream(path)) {
                String name = path.substring(DIRECTORY.length());
                found.put(name, new Asset(name, in.readAllBytes()));
            }
        }
        use(found);
    }

    private void use(Map<String, Asset> found) {
        MessageDigest digest = sha256();
        new TreeMap<>(found).values().forEach(asset -> digest.update(asset.bytes()));
        assets = Map.copyOf(found);
        hash = HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    }

    /**
     * The path under which a page refers to it.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    String path(String name) {
        if (!assets.containsKey(name)) {
            throw new IllegalArgumentException("no asset " + name);
        }
        return PREFIX + hash + "/" + name;
    }

    /** An asset, and whether its path is the current one, so that it never changes. */
    record Found(Asset asset, boolean current) {}

    /**
     * Finds an asset, also under the hash of another version: during an update, the page may come from another
     * instance.
     *
     * @param path below {@value #PREFIX}
     */
    Optional<Found> find(String path) {
        int slash = path.indexOf('/');
        return Optional.ofNullable(assets.get(path.substring(slash + 1)))
                .filter(asset -> slash > 0)
                .map(asset -> new Found(asset, path.substring(0, slash).equals(hash)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
