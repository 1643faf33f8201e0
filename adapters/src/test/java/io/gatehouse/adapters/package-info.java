/** Tests. */
@NullMarked
package io.gatehouse.adapters;

import org.jspecify.annotations.NullMarked;
