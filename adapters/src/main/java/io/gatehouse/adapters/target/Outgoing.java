package io.gatehouse.adapters.target;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * One request to an engine.
 *
 * @param suffix encoded path and query, appended to the engine's address; may be empty
 * @param headers owned by this request
 * @param body or {@code null} for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Outgoing(HttpMethod method, String suffix, HttpHeaders headers, byte @Nullable [] body) {}
