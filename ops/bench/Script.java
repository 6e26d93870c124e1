import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** What a connection asks for, operation by operation; each of them is one request or some that follow from each other. */
interface Script {
    /** What bodies are made of, after their first bytes, which no two have in common. */
    ByteBuffer BLOCK = block();

    /** Bodies shorter than that go out with their header. */
    int SEGMENT = 16 * 1024;

    /** Before an operation, and before its clock starts. */
    default void prepare() {}

    /** The request after {@code step} others; null where the operation is over. */
    Request request(int step, Answer last);

    /**
     * @param first the header and the body's first bytes
     * @param more bytes to follow, out of {@link #BLOCK} again and again
     * @param head whether the answer has no body
     * @param expect the status, or the first digit of it
     */
    record Request(ByteBuffer first, long more, boolean head, int expect) {
        static Request of(String method, String path, String fields, String body, long more, int expect) {
            String text = "%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
                    .formatted(method, path, fields, body.length() + more, body);
            if (more == 0 && body.isEmpty() && (method.equals("GET") || method.equals("HEAD"))) {
                text = text.replace("Content-Length: 0\r\n", "");
            }
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            int little = more < SEGMENT ? (int) more : 0;
            ByteBuffer first = ByteBuffer.allocate(bytes.length + little).put(bytes).put(BLOCK.duplicate().limit(little));
            return new Request(first.flip(), more - little, method.equals("HEAD"), expect);
        }

        boolean expected(int status) {
            return expect == (expect < 10 ? status / 100 : status);
        }
    }

    /** The scripts for the connections of a load. */
    static Supplier<Script> of(Map<String, String> words) throws IOException {
        String path = words.getOrDefault("path", "");
        String kind = words.get("do");
        long size = Long.parseLong(words.getOrDefault("size", "0"));
        return switch (kind) {
            case "request" -> requests(words, path);
            case "mount" -> () -> (step, last) -> step > 0 ? null : mount(path, words);
            case "put" -> () -> new Push(path, size) {
                @Override
                public Request request(int step, Answer last) {
                    return step > 0 ? null : Request.of("PUT", path + unique(), "", start(), rest(), 201);
                }
            };
            case "push" -> () -> new Push(path.replace("{}", Push.unique()), size);
            case "push-image" -> () -> new Push.Image(path.replace("{}", Push.unique()), size);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Supplier<Script> requests(Map<String, String> words, String path) throws IOException {
        List<String> paths = words.containsKey("paths") ? Files.readAllLines(Path.of(words.get("paths"))) : List.of(path);
        String fields = words.containsKey("field") ? words.get("field").replaceFirst(":", ": ") + "\r\n" : "";
        int expect = Integer.parseInt(words.getOrDefault("expect", "2"));
        List<Request> requests = paths.stream()
                .map(each -> Request.of(words.getOrDefault("method", "GET"), each, fields, "", 0, expect))
                .toList();
        Random random = new Random(1);
        return () -> (step, last) -> step > 0 ? null : requests.get(random.nextInt(requests.size()));
    }

    private static Request mount(String path, Map<String, String> words) {
        String query = "?mount=" + words.get("digest") + "&from=" + words.get("from");
        return Request.of("POST", "/v2/" + path.replace("{}", Push.unique()) + "/blobs/uploads/" + query, "", "", 0, 201);
    }

    private static ByteBuffer block() {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
    }

    /** Pushes a blob that no server has seen: POST, PATCH, PUT. */
    class Push implements Script {
        private static final long RUN = System.currentTimeMillis();
        private static long number;

        final String repository;
        final long size;
        private String start;
        String digest;

        Push(String repository, long size) {
            this.repository = repository;
            this.size = size;
        }

        static String unique() {
            return "%x-%08x".formatted(RUN, number++);
        }

        String start() {
            return start;
        }

        long rest() {
            return size - start.length();
        }

        @Override
        public void prepare() {
            start = unique() + "\n";
            try {
                MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
                sha256.update(start.getBytes(StandardCharsets.ISO_8859_1));
                for (long left = rest(); left > 0; left -= BLOCK.capacity()) {
                    sha256.update(BLOCK.duplicate().limit((int) Math.min(left, BLOCK.capacity())));
                }
                digest = "sha256:" + HexFormat.of().formatHex(sha256.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Request request(int step, Answer last) {
            return switch (step) {
                case 0 -> Request.of("POST", "/v2/" + repository + "/blobs/uploads/", "", "", 0, 202);
                case 1 -> Request.of("PATCH", last.location(), "Content-Type: application/octet-stream\r\n", start(), rest(), 202);
                case 2 -> {
                    String location = last.location();
                    String with = location.contains("?") ? "&" : "?";
                    yield Request.of("PUT", location + with + "digest=" + digest, "", "", 0, 201);
                }
                default -> null;
            };
        }

        /** The same, and then a manifest of it under a tag of its own. */
        static final class Image extends Push {
            private static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

            Image(String repository, long size) {
                super(repository, size);
            }

            @Override
            public Request request(int step, Answer last) {
                if (step != 3) {
                    return super.request(step, last);
                }
                String descriptor = "\"digest\":\"%s\",\"size\":%d}".formatted(digest, size);
                String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + TYPE
                        + "\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"," + descriptor
                        + ",\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\"," + descriptor + "]}";
                return Request.of("PUT", "/v2/" + repository + "/manifests/" + unique(), "Content-Type: " + TYPE + "\r\n", manifest, 0, 201);
            }
        }
    }
}
