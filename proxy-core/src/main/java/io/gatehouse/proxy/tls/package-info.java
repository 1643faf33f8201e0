/** TLS of listeners: certificates by name, the engine that shakes hands. */
@NullMarked
package io.gatehouse.proxy.tls;

import org.jspecify.annotations.NullMarked;
