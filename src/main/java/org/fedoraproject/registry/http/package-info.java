/**
 * The request as the client sent it, where it came through proxies that are trusted to tell: address, scheme and host. Uses
 * nothing of ours.
 */
package org.fedoraproject.registry.http;
