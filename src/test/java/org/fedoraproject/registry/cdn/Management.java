package org.fedoraproject.registry.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import org.jboss.as.controller.client.ModelControllerClient;
import org.jboss.dmr.ModelNode;

/** Changes a running server as WildFly's CLI does. */
record Management(int port) {

    /** Sets a system property. */
    void set(String key, String value) throws IOException {
        ModelNode read = operation("read-resource", "system-property", key);
        boolean there = execute(read).get("outcome").asString().equals("success");
        ModelNode write = operation(there ? "write-attribute" : "add", "system-property", key);
        if (there) {
            write.get("name").set("value");
        }
        write.get("value").set(value);
        require(write);
    }

    /** Removes a system property that was set. */
    void unset(String key) throws IOException {
        require(operation("remove", "system-property", key));
    }

    /** Deploys the application anew; returns what management says. */
    String redeploy() throws IOException {
        return execute(operation("redeploy", "deployment", "registry.war")).toJSONString(true);
    }

    private static ModelNode operation(String name, String... address) {
        ModelNode operation = new ModelNode();
        operation.get("operation").set(name);
        operation.get("address").add(address[0], address[1]);
        return operation;
    }

    private void require(ModelNode operation) throws IOException {
        ModelNode result = execute(operation);
        assertThat(result.get("outcome").asString()).as(result.toString()).isEqualTo("success");
    }

    private ModelNode execute(ModelNode operation) throws IOException {
        try (ModelControllerClient client =
                ModelControllerClient.Factory.create(InetAddress.getLoopbackAddress(), port)) {
            return client.execute(operation);
        }
    }
}
