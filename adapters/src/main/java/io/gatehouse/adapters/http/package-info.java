/** Declared HTTP operations: named calls with checked arguments. */
@NullMarked
package io.gatehouse.adapters.http;

import org.jspecify.annotations.NullMarked;
