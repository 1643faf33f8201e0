/** Tests of engines of type {@code mcp}, on real servers. */
@NullMarked
package io.gatehouse.adapters.mcp;

import org.jspecify.annotations.NullMarked;
