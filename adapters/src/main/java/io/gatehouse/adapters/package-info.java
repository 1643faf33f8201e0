/** Automation engines that come with the gateway. */
@NullMarked
package io.gatehouse.adapters;

import org.jspecify.annotations.NullMarked;
