/** Paths, patterns, and the route table. */
@NullMarked
package io.gatehouse.proxy.route;

import org.jspecify.annotations.NullMarked;
