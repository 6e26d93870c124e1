/** What the tests of several packages need: assertions on refusals, and content to push. */
package org.fedoraproject.registry.testing;
