/**
 * The console for administrators, below {@code /console/}: pages and forms for people who have signed in. Each page is a
 * {@link org.fedoraproject.registry.console.ConsolePage}, and what a form asks for is a
 * {@link org.fedoraproject.registry.console.Command} with its handler. They call the same use cases as the API and the
 * jobs. Start reading with {@link org.fedoraproject.registry.console.ConsoleServlet}.
 */
package org.fedoraproject.registry.console;
