/** Targets over real sockets: pools, retries, TLS, HTTP/2. */
@NullMarked
package io.gatehouse.proxy.http.target;

import org.jspecify.annotations.NullMarked;
