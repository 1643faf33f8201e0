package io.gatehouse.filters;

import io.gatehouse.proxy.filter.BodyTransform;
import io.gatehouse.proxy.filter.ResponseHead;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

/** The head of an answer that a target gave. */
public final class TestHead implements ResponseHead {
    private final HttpHeaders headers = new DefaultHttpHeaders();
    private int status = 200;

    @Override
    public int status() {
        return status;
    }

    @Override
    public void status(int status) {
        this.status = status;
    }

    @Override
    public HttpHeaders headers() {
        return headers;
    }

    @Override
    public boolean fromTarget() {
        return true;
    }

    @Override
    public long contentLength() {
        return -1;
    }

    @Override
    public void transformBody(BodyTransform transform) {
        throw new UnsupportedOperationException("no test of a head alone changes a body");
    }
}
