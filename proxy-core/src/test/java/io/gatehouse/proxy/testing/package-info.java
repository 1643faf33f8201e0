/** What tests of filters and engines stand on. */
@NullMarked
package io.gatehouse.proxy.testing;

import org.jspecify.annotations.NullMarked;
