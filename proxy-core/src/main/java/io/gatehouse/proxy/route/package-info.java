/** Which request belongs to which route: path normalisation, patterns, and the compiled table. */
@NullMarked
package io.gatehouse.proxy.route;

import org.jspecify.annotations.NullMarked;
