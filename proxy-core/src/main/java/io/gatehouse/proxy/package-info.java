/** The data plane: what a gateway serves, and its settings. */
@NullMarked
package io.gatehouse.proxy;

import org.jspecify.annotations.NullMarked;
