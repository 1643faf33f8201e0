package io.gatehouse.filters.approve;

import org.jspecify.annotations.Nullable;

/** What one request has to do with an approval. Touched on the exchange's event loop only. */
final class Passage {
    /** The approval that it is held for, if it is. */
    @Nullable
    String heldFor;

    /** Whether the held approval is to be withdrawn if the client leaves. */
    boolean withdrawable;

    /** The approval that it has taken and must give an account of. */
    @Nullable
    String taken;

    /** Whether the request is over: whatever is taken from now on has not run. */
    boolean ended;
}
