/** The engine SPI: targets that understand what they are asked to do. */
@NullMarked
package io.gatehouse.proxy.engine;

import org.jspecify.annotations.NullMarked;
