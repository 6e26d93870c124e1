package org.fedoraproject.registry.scrub;

import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.fedoraproject.registry.config.SecretFile;
import org.fedoraproject.registry.config.Setting;

/**
 * From where scrubs take what is corrupt or lost.
 *
 * @param from the URL of another registry, or the {@code file:} URL of another root; empty if nothing is repaired
 * @param credentialsFile {@code user:password} for that registry; in a file, because it is a secret
 * @param timeout for the begin of an answer, and again for each MiB of it
 * @param maxSize of a blob in bytes; a larger one is not repaired
 */
public record RepairConfig(
        @ConfigProperty(name = FROM)
        @Setting(
                unit = "URL",
                help = "From where a scrub takes blobs and manifests that are corrupt or lost: the http or https URL "
                        + "of another registry with the same repositories, or `file:` and the path of another root, "
                        + "such as a snapshot. Without it, a scrub repairs nothing.")
        Optional<URI> from,

        @ConfigProperty(name = CREDENTIALS)
        @Setting(
                unit = "file",
                help = "A file with `user:password` for that registry. It gets them by HTTP Basic, also over http. "
                        + "Without this key, a scrub asks without a password.")
        Optional<String> credentialsFile,

        @ConfigProperty(name = "registry.scrub.repair-timeout", defaultValue = "PT30S")
        @Setting(above = "PT0S", help = "How long that registry may take to begin an answer, and for each MiB of it.")
        Duration timeout,

        @ConfigProperty(name = "registry.scrub.repair-max-size", defaultValue = "21474836480")
        @Setting(unit = "bytes", min = "1", help = "A larger blob is not repaired.")
        long maxSize) {
    private static final String FROM = "registry.scrub.repair-from";
    private static final String CREDENTIALS = "registry.scrub.repair-credentials-file";
    private static final List<String> REGISTRY = List.of("http", "https");

    @Inject
    public RepairConfig {
        if (from.isPresent() && !isRegistry(from.get()) && !isFile(from.get())) {
            throw new IllegalArgumentException(FROM + " is neither an http or https URL without user and query,"
                    + " nor file: and an absolute path");
        }
        if (credentialsFile.isPresent() && from.filter(RepairConfig::isRegistry).isEmpty()) {
            throw new IllegalArgumentException(CREDENTIALS + " needs the URL of a registry in " + FROM);
        }
    }

    /** The URL of the other registry without a trailing slash; empty if there is none. */
    Optional<URI> registry() {
        return from.filter(RepairConfig::isRegistry)
                .map(given -> URI.create(given.toString().replaceFirst("/+$", "")));
    }

    /** The other root; empty if there is none. */
    Optional<String> root() {
        return from.filter(RepairConfig::isFile).map(URI::getPath);
    }

    /**
     * The header {@code Authorization} for the other registry; empty if it asks for none.
     *
     * @throws IllegalArgumentException naming the key, if the file is of no use
     */
    Optional<String> authorization() {
        if (credentialsFile.isEmpty()) {
            return Optional.empty();
        }
        String credentials = SecretFile.read(CREDENTIALS, credentialsFile);
        if (!credentials.contains(":") || credentials.contains("\n")) {
            throw new IllegalArgumentException(CREDENTIALS + ": the file is not one line, user:password");
        }
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean isRegistry(URI given) {
        return given.getScheme() != null
                && REGISTRY.contains(given.getScheme())
                && given.getHost() != null
                && given.getRawUserInfo() == null
                && given.getRawQuery() == null
                && given.getRawFragment() == null;
    }

    private static boolean isFile(URI given) {
        return "file".equals(given.getScheme())
                && given.getRawAuthority() == null
                && given.getPath() != null
                && given.getPath().startsWith("/");
    }
}
