/** The data plane as a whole: its listeners, and what a connection passes before it speaks HTTP. */
@NullMarked
package io.gatehouse.proxy.http;

import org.jspecify.annotations.NullMarked;
