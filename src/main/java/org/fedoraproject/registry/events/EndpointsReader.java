package org.fedoraproject.registry.events;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.fedoraproject.registry.config.HeaderFile;
import org.fedoraproject.registry.config.SecretFile;
import org.fedoraproject.registry.oci.MediaType;
import org.fedoraproject.registry.oci.RegistryException;
import org.fedoraproject.registry.policy.Glob;

/** Reads the file of endpoints, which is JSON: an object with the array {@code endpoints}. */
final class EndpointsReader {
    private static final int MAX_ENDPOINTS = 100;
    private static final int MAX_BATCH = 1000;
    private static final int MAX_PORT = 65_535;
    /** Shorter than a claim, so that no request goes on after its instance has lost the claim. */
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(30);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final List<Endpoint> endpoints = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private EndpointsReader() {}

    /** @throws IllegalArgumentException naming the line, the field, and the mistake */
    static Endpoints read(String text) {
        EndpointsReader reader = new EndpointsReader();
        boolean[] found = new boolean[1];
        JsonFields.read(
                text,
                json -> json.fields(name -> {
                    if (!name.equals("endpoints")) {
                        return false;
                    }
                    found[0] = true;
                    json.objects(() -> reader.endpoint(json));
                    return true;
                }));
        if (!found[0]) {
            throw new IllegalArgumentException("endpoints: is missing");
        }
        return new Endpoints(reader.endpoints);
    }

    private void endpoint(JsonFields json) {
        Fields fields = new Fields(json);
        json.fields(fields::read);
        Endpoint endpoint = fields.endpoint();
        if (!names.add(endpoint.name())) {
            throw new IllegalArgumentException("name: another endpoint is " + endpoint.name());
        }
        endpoints.add(endpoint);
        if (endpoints.size() > MAX_ENDPOINTS) {
            throw new IllegalArgumentException("more than " + MAX_ENDPOINTS + " endpoints");
        }
    }

    /** Of one endpoint. */
    private static final class Fields {
        private final JsonFields json;
        private Optional<String> name = Optional.empty();
        private Optional<URI> url = Optional.empty();
        private Format format = Format.DOCKER;
        private final List<Glob> repositories = new ArrayList<>();
        private final Set<EventAction> actions = EnumSet.noneOf(EventAction.class);
        private final Set<String> mediaTypes = new HashSet<>();
        private final Set<String> artifactTypes = new HashSet<>();
        private Optional<Double> pullSample = Optional.empty();
        private Optional<String> headerFile = Optional.empty();
        private Optional<String> keyFile = Optional.empty();
        private Duration timeout = Duration.ofSeconds(5);
        private int batch = 1;

        private Fields(JsonFields json) {
            this.json = json;
        }

        private boolean read(String field) {
            switch (field) {
                case "name" -> name = Optional.of(name(json.text()));
                case "url" -> url = Optional.of(url(json.text()));
                case "format" -> format = format(json.text());
                case "repositories" -> json.texts(text -> repositories.add(Glob.ofRepositories(text)));
                case "actions" -> json.texts(text -> actions.add(action(text)));
                case "mediaTypes" -> json.texts(text -> mediaTypes.add(type(text)));
                case "artifactTypes" -> json.texts(text -> artifactTypes.add(type(text)));
                case "pullSample" -> pullSample = Optional.of(between(0, 1, json.number()));
                case "headerFile" -> headerFile = Optional.of(headers(json.text()));
                case "signatureKeyFile" -> keyFile = Optional.of(key(json.text()));
                case "timeout" -> timeout = timeout(json.text());
                case "batch" -> batch = (int) between(1, MAX_BATCH, json.wholeNumber());
                default -> {
                    return false;
                }
            }
            return true;
        }

        private Endpoint endpoint() {
            String named = name.orElseThrow(() -> new IllegalArgumentException("name: is missing"));
            URI to = url.orElseThrow(() -> new IllegalArgumentException("url: is missing"));
            if (actions.isEmpty()) {
                actions.addAll(EventAction.BY_DEFAULT);
            }
            if (actions.contains(EventAction.PULL) != pullSample.isPresent()) {
                throw new IllegalArgumentException("the action pull and the field pullSample need each other");
            }
            if (format == Format.CLOUDEVENTS_BINARY && batch > 1) {
                throw new IllegalArgumentException("batch: " + format + " has one event in a request");
            }
            Filter filter = new Filter(
                    List.copyOf(repositories),
                    Set.copyOf(actions),
                    Set.copyOf(mediaTypes),
                    Set.copyOf(artifactTypes),
                    pullSample.orElse(0.0));
            return new Endpoint(named, to, format, filter, headerFile, keyFile, timeout, batch);
        }

        private static String name(String text) {
            if (!NAME.matcher(text).matches()) {
                throw new IllegalArgumentException("is not a name of lower-case letters, digits and hyphens: " + text);
            }
            return text;
        }

        /** Quotes no URL, which may contain a secret. */
        private static URI url(String text) {
            URI url;
            try {
                url = URI.create(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("is not a URL");
            }
            if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
                throw new IllegalArgumentException("is not an absolute http or https URL");
            }
            if (url.getPort() == 0 || url.getPort() > MAX_PORT) {
                throw new IllegalArgumentException("has a port that is not from 1 to " + MAX_PORT);
            }
            if (url.getRawUserInfo() != null) {
                throw new IllegalArgumentException("has a user: use headerFile");
            }
            return url;
        }

        private static Format format(String text) {
            return Format.of(text)
                    .orElseThrow(() -> new IllegalArgumentException("is none of " + Format.names() + ": " + text));
        }

        private static EventAction action(String text) {
            return EventAction.of(text)
                    .orElseThrow(() ->
                            new IllegalArgumentException("is none of " + List.of(EventAction.values()) + ": " + text));
        }

        private static String type(String text) {
            try {
                return MediaType.parse(text).value();
            } catch (RegistryException e) {
                throw new IllegalArgumentException("is " + e.getMessage(), e);
            }
        }

        private static double between(int min, int max, double number) {
            if (number < min || number > max) {
                throw new IllegalArgumentException("is not between " + min + " and " + max);
            }
            return number;
        }

        private static String headers(String file) {
            HeaderFile.read("headers", Optional.of(file));
            return file;
        }

        private static String key(String file) {
            SecretFile.read("key", Optional.of(file));
            return file;
        }

        private static Duration timeout(String text) {
            Duration time;
            try {
                time = Duration.parse(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("is not a duration such as PT5S: " + text, e);
            }
            if (time.isNegative() || time.isZero() || time.compareTo(MAX_TIMEOUT) > 0) {
                throw new IllegalArgumentException("is not above 0 and at most " + MAX_TIMEOUT);
            }
            return time;
        }
    }
}
