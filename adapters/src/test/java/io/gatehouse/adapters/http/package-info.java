/** Tests. */
@NullMarked
package io.gatehouse.adapters.http;

import org.jspecify.annotations.NullMarked;
