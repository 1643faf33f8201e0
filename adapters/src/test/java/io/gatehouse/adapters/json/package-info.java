/** Tests. */
@NullMarked
package io.gatehouse.adapters.json;

import org.jspecify.annotations.NullMarked;
