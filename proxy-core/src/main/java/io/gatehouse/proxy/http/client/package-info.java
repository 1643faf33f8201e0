/** The side of the clients: connections that speak HTTP/1.1 or HTTP/2, and the answers they write. */
@NullMarked
package io.gatehouse.proxy.http.client;

import org.jspecify.annotations.NullMarked;
