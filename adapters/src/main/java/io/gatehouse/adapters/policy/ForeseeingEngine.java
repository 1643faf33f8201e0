package io.gatehouse.adapters.policy;

import io.gatehouse.proxy.engine.Engine;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Verdict;
import java.util.List;

/** An engine that asks its server before a call is judged, and can say without asking what would be judged. */
public interface ForeseeingEngine extends Engine {
    /** As {@link #interpret}, from the request alone; what only the server knows is taken at its worst. Sends nothing. */
    Foreseen foresee(Exchange exchange);

    /**
     * What the request alone tells.
     *
     * @param verdict a {@link Verdict.Later} where only the server could say
     * @param assumed what was taken for granted, for people
     */
    record Foreseen(Verdict verdict, List<String> assumed) {
        public Foreseen {
            assumed = List.copyOf(assumed);
        }
    }
}
