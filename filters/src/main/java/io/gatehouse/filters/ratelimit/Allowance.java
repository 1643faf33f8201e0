package io.gatehouse.filters.ratelimit;

/** What one key may still do. Lock-free: {@link #take} may be called from any thread. Times are {@link System#nanoTime}. */
sealed interface Allowance permits RollingWindow, Gcra {
    /** Answer of {@link #take} where this allowance was retired meanwhile: ask the table again. */
    long RETIRED = Long.MIN_VALUE;

    /** Takes one. Answers how many are left, or the negative of the nanoseconds until one is free, or {@link #RETIRED}. */
    long take(long now);

    /** Ends this allowance if it is as good as a new one; nothing can be taken from it afterwards. */
    boolean retire(long now);
}
