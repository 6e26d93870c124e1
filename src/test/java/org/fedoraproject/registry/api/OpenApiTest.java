package org.fedoraproject.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.fedoraproject.registry.index.FoundRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ops/openapi.json} says what the resources say. */
class OpenApiTest {
    private static final Map<String, Class<?>> RESOURCES = Map.of(
            "/api/v1/repositories", RepositoriesResource.class,
            "/api/v1/repositories/{name}/tags", RepositoryTagsResource.class);

    private final JsonObject document = read();

    private static JsonObject read() {
        try (var reader = Json.createReader(Files.newBufferedReader(Path.of("ops/openapi.json")))) {
            return reader.readObject();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void endpointsAreThoseOfTheResources() {
        assertThat(document.getString("openapi")).startsWith("3.1.");
        assertThat(document.getJsonObject("paths").keySet()).isEqualTo(RESOURCES.keySet());
    }

    @Test
    void operationsAreThoseOfTheResources() {
        RESOURCES.forEach((path, resource) -> {
            JsonObject operations = document.getJsonObject("paths").getJsonObject(path);
            List<Method> methods = Arrays.stream(resource.getDeclaredMethods())
                    .filter(method -> verb(method) != null)
                    .toList();

            assertThat(operations.keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            methods.stream().map(OpenApiTest::verb).toList());
            methods.forEach(method -> assertThat(parameters(operations.getJsonObject(verb(method))))
                    .containsExactlyElementsOf(Arrays.stream(method.getParameters())
                            .map(parameter -> parameter.getAnnotation(QueryParam.class))
                            .filter(Objects::nonNull)
                            .map(QueryParam::value)
                            .toList()));
        });
    }

    /** In lower case; {@code null} for a method that answers no request. */
    private static String verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(Objects::nonNull)
                .map(annotation -> annotation.value().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse(null);
    }

    private List<String> parameters(JsonObject operation) {
        return operation.getJsonArray("parameters").getValuesAs(JsonObject.class).stream()
                .map(this::resolved)
                .filter(parameter -> parameter.getString("in").equals("query"))
                .map(parameter -> parameter.getString("name"))
                .toList();
    }

    private JsonObject resolved(JsonObject value) {
        return value.containsKey("$ref")
                ? document.getValue(value.getString("$ref").substring(1)).asJsonObject()
                : value;
    }

    static Stream<Class<?>> bodies() {
        return Stream.of(
                RepositoriesResource.Found.class,
                FoundRepository.class,
                RepositoryTagsResource.TagPage.class,
                RepositoryTagsResource.Entry.class);
    }

    @Test
    void membersAreThoseOfTheBodies() {
        bodies().forEach(body -> assertThat(document.getJsonObject("components")
                        .getJsonObject("schemas")
                        .getJsonObject(body.getSimpleName())
                        .getJsonObject("properties")
                        .keySet())
                .containsExactlyElementsOf(Arrays.stream(body.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"parameters", "headers", "responses", "schemas"})
    void allThatIsReferredToIsThere(String kind) {
        String text = document.toString();
        document.getJsonObject("components")
                .getJsonObject(kind)
                .keySet()
                .forEach(name -> assertThat(text).contains("\"#/components/" + kind + "/" + name + "\""));
    }
}
