package org.fedoraproject.registry.testing;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** For tests of the WAR that the build made, deployed into Arquillian's server, which the build provisioned. */
@ArquillianTest
@RunAsClient
public abstract class DeployedRegistry {
    @Deployment(testable = false)
    public static WebArchive registry() {
        return ShrinkWrap.createFromZipFile(WebArchive.class, BuildDirectory.war());
    }
}
