/** Heads and bodies of HTTP messages: reading them strictly, keeping their fields, writing them. */
@NullMarked
package io.gatehouse.proxy.http.message;

import org.jspecify.annotations.NullMarked;
