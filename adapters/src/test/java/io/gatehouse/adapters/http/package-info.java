/** Tests of engines of type {@code http}. */
@NullMarked
package io.gatehouse.adapters.http;

import org.jspecify.annotations.NullMarked;
