/** Tests. */
@NullMarked
package io.gatehouse.gateway.config;

import org.jspecify.annotations.NullMarked;
