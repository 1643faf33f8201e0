package io.gatehouse.filters.edge;

import io.gatehouse.proxy.filter.Key;
import io.netty.util.AsciiString;

/** Where {@code request-id} writes a request's id. */
public final class RequestIdHeader {
    /** The header's name, where it is not the usual {@code x-request-id}. */
    public static final Key<AsciiString> NAME = new Key<>("request-id header");

    static final AsciiString USUAL = AsciiString.cached("x-request-id");

    private RequestIdHeader() {}
}
