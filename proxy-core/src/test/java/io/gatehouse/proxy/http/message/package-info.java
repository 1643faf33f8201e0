/** Reading heads. */
@NullMarked
package io.gatehouse.proxy.http.message;

import org.jspecify.annotations.NullMarked;
