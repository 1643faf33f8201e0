/** The side of the targets: upstreams with their pools, and connections that speak HTTP/1.1 or HTTP/2. */
@NullMarked
package io.gatehouse.proxy.http.target;

import org.jspecify.annotations.NullMarked;
