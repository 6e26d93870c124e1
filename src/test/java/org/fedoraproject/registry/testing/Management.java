package org.fedoraproject.registry.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.as.controller.client.ModelControllerClient;
import org.jboss.dmr.ModelNode;

/** Changes a running server as WildFly's CLI does. */
public record Management(String host, int port) {

    /** Sets a system property. */
    public void set(String key, String value) throws IOException {
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
    public void unset(String key) throws IOException {
        require(operation("remove", "system-property", key));
    }

    /** Deploys the application anew; returns what management says. */
    public String redeploy() throws IOException {
        return execute(operation("redeploy", "deployment", "registry.war")).toJSONString(true);
    }

    /** Has the cluster's channel open with another stack of protocols, which takes a reload. */
    public void chooseStack(String stack) throws IOException {
        ModelNode write = operation("write-attribute", "subsystem", "jgroups");
        write.get("address").add("channel", "ee");
        write.get("name").set("stack");
        write.get("value").set(stack);
        require(write);
        reload();
    }

    /** Has the server read its configuration again; returns before it has. */
    public void reload() {
        ModelNode reload = new ModelNode();
        reload.get("operation").set("reload");
        reload.get("address").setEmptyList();
        try {
            execute(reload);
        } catch (IOException e) {
            // the connection may go down with the server before the answer
        }
    }

    /** Whether the server has started, so that it takes changes. */
    public boolean isRunning() throws IOException {
        ModelNode read = new ModelNode();
        read.get("operation").set("read-attribute");
        read.get("address").setEmptyList();
        read.get("name").set("server-state");
        return execute(read).get("result").asString("").equals("running");
    }

    /** An attribute of a resource; empty if there is no such resource. */
    public Optional<String> attribute(String name, List<Map.Entry<String, String>> address) throws IOException {
        ModelNode read = new ModelNode();
        read.get("operation").set("read-attribute");
        address.forEach(part -> read.get("address").add(part.getKey(), part.getValue()));
        read.get("name").set(name);
        ModelNode answer = execute(read);
        return answer.get("outcome").asString().equals("success")
                ? Optional.of(answer.get("result").asString())
                : Optional.empty();
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
        try (ModelControllerClient client = ModelControllerClient.Factory.create(host, port)) {
            return client.execute(operation);
        }
    }
}
