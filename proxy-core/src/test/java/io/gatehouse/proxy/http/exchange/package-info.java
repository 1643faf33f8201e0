/** One request through the data plane, over real sockets. */
@NullMarked
package io.gatehouse.proxy.http.exchange;

import org.jspecify.annotations.NullMarked;
