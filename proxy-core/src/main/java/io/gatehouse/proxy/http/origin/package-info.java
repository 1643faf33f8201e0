/** Where a connection and a request come from: PROXY protocol, trusted forwarders, client certificates. */
@NullMarked
package io.gatehouse.proxy.http.origin;

import org.jspecify.annotations.NullMarked;
