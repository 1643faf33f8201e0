/** Clients over real sockets: what is read, what is refused, what is answered. */
@NullMarked
package io.gatehouse.proxy.http.client;

import org.jspecify.annotations.NullMarked;
