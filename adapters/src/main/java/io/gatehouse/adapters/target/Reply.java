package io.gatehouse.adapters.target;

import io.netty.handler.codec.http.HttpHeaders;

/** An engine's whole answer. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Reply(int status, HttpHeaders headers, byte[] body) {}
