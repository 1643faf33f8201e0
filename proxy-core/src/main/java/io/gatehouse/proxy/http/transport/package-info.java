/** Sockets and event loops beneath HTTP, on Reactor Netty's transport. */
@NullMarked
package io.gatehouse.proxy.http.transport;

import org.jspecify.annotations.NullMarked;
