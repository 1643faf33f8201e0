package io.gatehouse.filters.ratelimit;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.ResponseHead;
import io.gatehouse.proxy.filter.Verdict;
import io.micrometer.core.instrument.Counter;
import io.netty.util.AsciiString;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** Counts requests by key, and refuses those beyond the limit; what is refused does not count. */
final class RateLimitFilter implements Filter {
    /** Keys that are counted at once, for each tenant: with the longest windows about 70 MiB. */
    static final int CAPACITY = 65_536;

    /** Whether a limit has spoken in the answer: the first takes the place of what the target says, others join it. */
    private static final Key<Boolean> SPOKEN = new Key<>("rate-limit-spoken");

    // of this filter and not of the class: a chain may hold several limits, and each speaks for itself
    private final Key<AsciiString> said = new Key<>("rate-limit");
    private final ConcurrentHashMap<String, AllowanceTable> tenants = new ConcurrentHashMap<>();
    private final CountedBy by;
    private final LongFunction<Allowance> fresh;
    private final LimitText text;
    private final LongSupplier nanoTime;
    private final Counter denied;

    RateLimitFilter(
            CountedBy by, LongFunction<Allowance> fresh, LimitText text, LongSupplier nanoTime, Counter denied) {
        this.by = by;
        this.fresh = fresh;
        this.text = text;
        this.nanoTime = nanoTime;
        this.denied = denied;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        if (exchange.resumed()) {
            return Verdict.NEXT;
        }
        long now = nanoTime.getAsLong();
        long answer = table(exchange.tenant(), now).take(by.key(exchange), now);
        if (answer >= 0) {
            exchange.put(said, text.left(answer));
            return Verdict.NEXT;
        }
        var refusal = text.refusal(-answer);
        exchange.put(said, refusal.header());
        denied.increment();
        return refusal.verdict();
    }

    private AllowanceTable table(String tenant, long now) {
        var table = tenants.get(tenant);
        return table != null ? table : tenants.computeIfAbsent(tenant, any -> new AllowanceTable(CAPACITY, fresh, now));
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        var value = exchange.get(said);
        if (value != null) {
            var headers = head.headers();
            if (exchange.get(SPOKEN) == null) {
                exchange.put(SPOKEN, true);
                headers.remove(LimitText.POLICY_HEADER);
                headers.remove(LimitText.LIMIT_HEADER);
            }
            headers.add(LimitText.POLICY_HEADER, text.policy());
            headers.add(LimitText.LIMIT_HEADER, value);
        }
    }
}
