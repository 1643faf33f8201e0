/** IP addresses and networks, as the configuration, the wire and other proxies write them. */
@NullMarked
package io.gatehouse.proxy.address;

import org.jspecify.annotations.NullMarked;
