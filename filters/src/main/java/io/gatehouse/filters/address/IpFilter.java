package io.gatehouse.filters.address;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;

/** Lets requests pass by the client's address. What is no address is refused. */
final class IpFilter implements Filter {
    private static final Verdict.Deny DENIED =
            new Denial("address_not_allowed", 403, "forbidden", "requests from this address are not allowed").deny();

    private final Networks allowed;
    private final Networks denied;

    IpFilter(IpFilterConfig config) {
        this.allowed = Networks.parse("allow", config.allow());
        this.denied = Networks.parse("deny", config.deny());
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        var address = Address.parse(exchange.clientAddress());
        boolean passes = address != null && !denied.contain(address) && (allowed.isEmpty() || allowed.contain(address));
        return passes ? Verdict.NEXT : DENIED;
    }
}
