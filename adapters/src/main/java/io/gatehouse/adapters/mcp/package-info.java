/** The Model Context Protocol, 2026-07-28 and its two predecessors, on both sides. */
@NullMarked
package io.gatehouse.adapters.mcp;

import org.jspecify.annotations.NullMarked;
