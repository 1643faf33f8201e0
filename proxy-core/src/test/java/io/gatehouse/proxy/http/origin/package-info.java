/** Who is taken for the client, and what PROXY headers are refused. */
@NullMarked
package io.gatehouse.proxy.http.origin;

import org.jspecify.annotations.NullMarked;
