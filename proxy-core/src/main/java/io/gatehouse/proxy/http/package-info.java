/** HTTP/1.1 on the wire: strict parsing, client connections, upstream connections and their pools, the exchange. */
@NullMarked
package io.gatehouse.proxy.http;

import org.jspecify.annotations.NullMarked;
