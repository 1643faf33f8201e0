package io.gatehouse.proxy.http;

import io.gatehouse.proxy.http.exchange.BodyBudget;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.internal.PlatformDependent;

/**
 * What a data plane takes of its surroundings.
 *
 * @param bodies what request bodies that are kept may hold, over all connections
 * @param connections how many bytes all connections together may hold of answers that nobody takes and of requests ahead of their turn
 * @param nameServers who is asked for the addresses of targets
 */
record Resources(BodyBudget bodies, long connections, DnsServerAddressStreamProvider nameServers) {
    private static final int SHARE = 4;

    /** A quarter of the direct memory that the JVM may use for either, and the name servers of the platform. */
    static Resources ofPlatform() {
        long share = PlatformDependent.maxDirectMemory() / SHARE;
        return new Resources(new BodyBudget(share), share, DnsServerAddressStreamProviders.platformDefault());
    }
}
