/** The data plane over real sockets. */
@NullMarked
package io.gatehouse.proxy.http;

import org.jspecify.annotations.NullMarked;
