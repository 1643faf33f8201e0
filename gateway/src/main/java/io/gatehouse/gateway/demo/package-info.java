/** What {@code gatehouse quickstart} shows: a small customer register as an engine, and the steps to try. */
@NullMarked
package io.gatehouse.gateway.demo;

import org.jspecify.annotations.NullMarked;
