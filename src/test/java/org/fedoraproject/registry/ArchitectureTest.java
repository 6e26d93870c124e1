package org.fedoraproject.registry;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final String BASE = "org.fedoraproject.registry";

    /** Each package, and those that it may use. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry("oci", Set.of()),
            entry("duty", Set.of()),
            entry("nfs", Set.of("config", "duty")),
            entry("config", Set.of()),
            entry("http", Set.of("oci", "config")),
            entry("limit", Set.of("oci", "http", "config")),
            entry("policy", Set.of("oci", "config")),
            entry("token", Set.of("oci", "nfs", "config", "policy", "limit")),
            entry("auth", Set.of("oci", "http", "config", "duty", "policy", "token", "limit")),
            entry("edge", Set.of("oci", "http", "policy", "auth", "limit", "cluster")),
            entry("store", Set.of("oci", "nfs", "config")),
            entry("cluster", Set.of("config", "duty")),
            entry("events", Set.of("oci", "store", "policy", "config", "duty")),
            entry("repository", Set.of("oci", "store", "quota", "events", "config", "cluster", "duty")),
            entry("quota", Set.of("oci", "store", "policy", "config", "cluster", "duty")),
            entry("gc", Set.of("oci", "store", "config", "cluster", "duty")),
            entry(
                    "retention",
                    Set.of("oci", "store", "repository", "events", "cluster", "policy", "auth", "config", "duty")),
            entry("scrub", Set.of("oci", "store", "policy", "cluster", "config", "duty")),
            entry(
                    "jobs",
                    Set.of("oci", "store", "gc", "retention", "scrub", "quota", "events", "cluster", "config", "duty")),
            entry("index", Set.of("oci", "store", "repository", "config", "duty")),
            entry("flatpak", Set.of("oci", "index", "store", "edge", "http", "policy", "config")),
            entry(
                    "console",
                    Set.of(
                            "oci",
                            "store",
                            "duty",
                            "page",
                            "index",
                            "repository",
                            "quota",
                            "events",
                            "jobs",
                            "cluster",
                            "edge",
                            "auth",
                            "token",
                            "policy",
                            "limit",
                            "http",
                            "config")),
            entry("api", Set.of("oci", "index", "repository", "edge", "policy")),
            entry("page", Set.of("oci", "index", "repository", "edge", "http", "policy", "config")),
            entry("v2", Set.of("oci", "repository", "events", "http", "policy", "limit", "edge", "config")),
            entry("cdn", Set.of("oci", "store", "repository", "edge", "http", "config", "cluster", "duty")),
            entry(
                    "monitoring",
                    Set.of(
                            "nfs",
                            "cdn",
                            "edge",
                            "cluster",
                            "policy",
                            "token",
                            "auth",
                            "limit",
                            "jobs",
                            "quota",
                            "events",
                            "duty",
                            "index",
                            "repository")));

    /** Single classes that a package may use besides: a blob's bytes go from the store to the socket as they are. */
    private static final Map<String, Set<String>> MAY_USE_CLASSES = Map.of("v2", Set.of(BASE + ".store.BlobContent"));

    /** Asks only whether a request is one to the API. */
    private static final String BEFORE_THE_DOOR = BASE + ".limit.AdmissionHandler";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    static Stream<String> packages() {
        return CLASSES.stream().map(ArchitectureTest::ownPackage).distinct();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void packageUsesOnlyWhatItMay(String name) {
        assertThat(MAY_USE).as("packages with an owner").containsKey(name);

        classes()
                .that(describe("are in " + name, type -> ownPackage(type).equals(name)))
                .should()
                .onlyDependOnClassesThat(describe("it may use: " + MAY_USE.get(name), used -> mayUse(name, used)))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void packageSaysWhatItOwns(String name) throws IOException {
        Path info = Path.of("src/main/java", BASE.replace('.', '/'), name, "package-info.java");

        assertThat(Files.readAllLines(info)).hasSizeLessThanOrEqualTo(15);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void httpIsSpokenAtTheEdgeOnly() {
        onlyIn(
                Set.of("v2", "api", "page", "console", "flatpak", "cdn", "http", "limit", "auth", "edge"),
                "jakarta.ws.rs..",
                "jakarta.servlet..");
    }

    /** One reader of paths: what the policy decides about is what is served. */
    @Test
    void pathsAreParsedAtTheDoorOnly() {
        Set<String> readers = Set.of(
                "getRequestURI",
                "getRequestURL",
                "getPathInfo",
                "getPathTranslated",
                "getServletPath",
                "getRequestPath");
        noClasses()
                .that(describe("are not the door", type -> !ownPackage(type).equals("edge")))
                .should()
                .callMethodWhere(describe(
                        "reads the path of a request",
                        call -> readers.contains(call.getTarget().getName())
                                && !call.getOriginOwner().getName().equals(BEFORE_THE_DOOR)))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("jakarta.ws.rs.core.UriInfo")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("jakarta.ws.rs.PathParam")
                .check(CLASSES);
    }

    /** A walk through all repositories would push out of memory what clients ask for. */
    @Test
    void listingsAreKeptForTheCatalogOnly() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(BASE + ".repository.Catalog")
                .should()
                .callMethodWhere(describe(
                        "lists repositories and keeps the names",
                        call -> call.getTarget().getName().equals("listKept")))
                .check(CLASSES);
    }

    @Test
    void filesAreTouchedByTheStorageAndForSecretsOnly() {
        onlyIn(Set.of("nfs", "store", "config"), "java.nio.file..");
    }

    /** A conduit passes on what the storage sends. */
    @Test
    void channelsAreKnownToTheStorageAndToConduitsOnly() {
        onlyIn(Set.of("nfs", "store", "config", "limit"), "java.nio.channels..");
    }

    @Test
    void metricsAndTracesAreKnownToOnePackageOnly() {
        onlyIn(Set.of("monitoring"), "io.micrometer..", "io.opentelemetry..");
    }

    @Test
    void clusteringIsKnownToOnePackageOnly() {
        onlyIn(Set.of("cluster"), "org.infinispan..", "org.jgroups..", "org.wildfly.clustering..");
    }

    /** WildFly's API for passwords is Elytron's, and Jakarta Security has no bcrypt. */
    @Test
    void restOfTheServerIsKnownToThoseWhoHashPasswordsOnly() {
        onlyIn(Set.of("cluster", "auth"), "org.wildfly..", "org.apache..");
    }

    /**
     * A class whose constructor takes what it needs has final fields, and tests make it with {@code new}. RESTEasy takes
     * no constructor of a resource or provider with parameters that are not Jakarta REST's.
     */
    @Test
    void beansAreInjectedByConstructorsOnly() {
        noFields()
                .that()
                .areDeclaredInClassesThat(describe(
                        "RESTEasy does not make",
                        type -> !type.isAnnotatedWith("jakarta.ws.rs.Path")
                                && !type.isAnnotatedWith("jakarta.ws.rs.ext.Provider")))
                .should()
                .beAnnotatedWith("jakarta.inject.Inject")
                .check(CLASSES);
    }

    @Test
    void namesSayWhatClassesAreFor() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Utils?|Dto)")
                .check(CLASSES);
    }

    private static void onlyIn(Set<String> owners, String... api) {
        noClasses()
                .that(describe("are outside of " + owners, type -> !owners.contains(ownPackage(type))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(api)
                .check(CLASSES);
    }

    private static boolean mayUse(String name, JavaClass used) {
        JavaClass type = used.getBaseComponentType();
        String owner = ownPackage(type);
        return !type.getPackageName().startsWith(BASE)
                || owner.equals(name)
                || MAY_USE.get(name).contains(owner)
                || MAY_USE_CLASSES.getOrDefault(name, Set.of()).contains(type.getName());
    }

    /** Below the base package; empty for classes of others. */
    private static String ownPackage(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(BASE + ".") ? name.substring(BASE.length() + 1) : "";
    }
}
