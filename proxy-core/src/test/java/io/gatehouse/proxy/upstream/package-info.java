/** Tests of what decides where a request goes. */
@NullMarked
package io.gatehouse.proxy.upstream;

import org.jspecify.annotations.NullMarked;
