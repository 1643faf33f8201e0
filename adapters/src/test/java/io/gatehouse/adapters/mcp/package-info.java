/** Tests. */
@NullMarked
package io.gatehouse.adapters.mcp;

import org.jspecify.annotations.NullMarked;
