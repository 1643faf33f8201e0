/** What decides where a request goes among an upstream's targets: balance, health, circuit breaker, retry budget, addresses. */
@NullMarked
package io.gatehouse.proxy.upstream;

import org.jspecify.annotations.NullMarked;
