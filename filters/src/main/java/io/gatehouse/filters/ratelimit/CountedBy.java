package io.gatehouse.filters.ratelimit;

import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.http.message.GatewayHeaders;
import io.netty.util.AsciiString;

/** Whose requests are counted together. */
sealed interface CountedBy {
    /** The key to count under. Always a string that exists already, or is cached. */
    String key(Exchange exchange);

    /** The identified client; whoever is not identified is counted by address. */
    record Client() implements CountedBy {
        @Override
        public String key(Exchange exchange) {
            var principal = exchange.principal();
            return principal.type().equals(Principal.ANONYMOUS.type())
                    ? ClientNetwork.of(exchange.clientAddress())
                    : principal.id();
        }
    }

    /** The client's address. */
    record Address() implements CountedBy {
        @Override
        public String key(Exchange exchange) {
            return ClientNetwork.of(exchange.clientAddress());
        }
    }

    /** All requests of the route together. */
    record Route() implements CountedBy {
        @Override
        public String key(Exchange exchange) {
            return exchange.routeName();
        }
    }

    /** A header's first value; requests without it are counted together. */
    record Header(AsciiString name) implements CountedBy {
        private static final int LONGEST = 256;

        @Override
        public String key(Exchange exchange) {
            var value = exchange.requestHeaders().get(name);
            return value == null ? "" : value.length() <= LONGEST ? value : value.substring(0, LONGEST);
        }
    }

    static CountedBy parse(String by) {
        if (by.startsWith("header:")) {
            var name = by.substring("header:".length());
            if (GatewayHeaders.areOurs(name)) {
                throw new IllegalArgumentException("by: expected a header that the gateway lets in, got `" + by
                        + "`, which would count all clients together");
            }
            if (name.matches("[A-Za-z0-9-]{1,64}")) {
                return new Header(AsciiString.cached(name));
            }
        }
        return switch (by) {
            case "client" -> new Client();
            case "address" -> new Address();
            case "route" -> new Route();
            default ->
                throw new IllegalArgumentException(
                        "by: expected `client`, `address`, `route` or `header:NAME`, got `" + by + "`");
        };
    }
}
