package io.gatehouse.filters.approve;

import io.gatehouse.proxy.filter.Key;

/** What {@code approve} says of a request that runs on an approval. */
public final class ApprovedRequest {
    /** The request digest that this request has and its approval binds. */
    public static final Key<String> DIGEST = new Key<>("approved request digest");

    private ApprovedRequest() {}
}
