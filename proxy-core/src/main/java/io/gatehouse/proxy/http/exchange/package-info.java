/** One request from its head to its end, whatever protocol it came over: judging, body, relay, answer. */
@NullMarked
package io.gatehouse.proxy.http.exchange;

import org.jspecify.annotations.NullMarked;
