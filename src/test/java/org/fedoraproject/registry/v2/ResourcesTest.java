package org.fedoraproject.registry.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.fedoraproject.registry.api.RepositoriesResource;
import org.fedoraproject.registry.api.RepositoryTagsResource;
import org.fedoraproject.registry.edge.Endpoint;
import org.fedoraproject.registry.edge.Requests;
import org.fedoraproject.registry.page.ErrorResource;
import org.fedoraproject.registry.page.HomeResource;
import org.fedoraproject.registry.page.ManifestPageResource;
import org.fedoraproject.registry.page.RepositoryPageResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResourcesTest {
    private static final List<Class<?>> RESOURCES = List.of(
            VersionResource.class,
            CatalogResource.class,
            UploadsResource.class,
            UploadResource.class,
            BlobResource.class,
            ManifestResource.class,
            TagsResource.class,
            ReferrersResource.class,
            RepositoriesResource.class,
            RepositoryTagsResource.class,
            HomeResource.class,
            RepositoryPageResource.class,
            ManifestPageResource.class,
            ErrorResource.class);

    @Test
    void eachEndpointHasOneResource() {
        assertThat(RESOURCES.stream().map(type -> type.getAnnotation(Path.class).value()))
                .containsExactlyElementsOf(Stream.of(Endpoint.values())
                        .filter(endpoint -> endpoint != Endpoint.UNKNOWN && !endpoint.isOfFlatpaks())
                        .map(Endpoint::resource)
                        .toList());
    }

    static Stream<Method> methods() {
        return RESOURCES.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Arrays.stream(method.getAnnotations())
                        .map(Annotation::annotationType)
                        .anyMatch(annotation -> annotation.isAnnotationPresent(HttpMethod.class)));
    }

    /** Whoever comes to a resource on another way than through the door may do nothing there. */
    @ParameterizedTest
    @MethodSource("methods")
    void requestThatNobodyAuthorisedIsNotAnswered(Method method) throws Exception {
        HttpServletRequest request = Requests.of("GET", "/v2/a/manifests/latest");
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(type -> type == HttpServletRequest.class ? request : null)
                .toArray();
        Object resource = method.getDeclaringClass().getConstructor().newInstance();

        Throwable thrown = catchThrowable(() -> method.invoke(resource, arguments));

        assertThat(thrown).isInstanceOf(InvocationTargetException.class);
        assertThat(thrown.getCause())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the request was not authorised");
    }
}
