package io.gatehouse.filters.authn.apikey;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Identifies clients by their API key. Missing and unknown keys differ in the challenge's {@code error} only (RFC 6750). */
final class ApiKeyFilter implements Filter {
    private static final Key<KnownClient> CLIENT = new Key<>("api-key client");
    private static final AsciiString CLIENT_ID = AsciiString.cached("x-auth-client-id");
    private static final AsciiString CLIENT_NAME = AsciiString.cached("x-auth-client-name");
    private static final AsciiString ROUTE_ID = AsciiString.cached("x-auth-route-id");
    private static final FastThreadLocal<PresentedKey> PRESENTED = new FastThreadLocal<>() {
        @Override
        protected PresentedKey initialValue() {
            return new PresentedKey();
        }
    };

    private final KeyTable clients;
    private final KeyPlaces places;
    private final Refusal missing;
    private final Refusal unknown;
    private final Refusal ambiguous;
    private final Counter accepted;

    ApiKeyFilter(KeyTable clients, KeyPlaces places, String realm, MeterRegistry meters) {
        this.clients = clients;
        this.places = places;
        var challenge = "Bearer realm=\"" + realm + "\"";
        this.missing = new Refusal(unauthenticated(challenge), counter(meters, "missing"));
        this.unknown =
                new Refusal(unauthenticated(challenge + ", error=\"invalid_token\""), counter(meters, "unknown"));
        this.ambiguous = new Refusal(
                new Denial(
                                "ambiguous_credentials",
                                400,
                                "ambiguous credentials",
                                "the request carries more than one API key; send one",
                                Map.of("WWW-Authenticate", challenge + ", error=\"invalid_request\""))
                        .deny(),
                counter(meters, "ambiguous"));
        this.accepted = counter(meters, "accepted");
    }

    private record Refusal(Verdict.Deny verdict, Counter counter) {
        Verdict counted() {
            counter.increment();
            return verdict;
        }
    }

    private static Verdict.Deny unauthenticated(String challenge) {
        return new Denial(
                        "unauthenticated",
                        401,
                        "not authenticated",
                        "a valid API key is required",
                        Map.of("WWW-Authenticate", challenge))
                .deny();
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return meters.counter("gatehouse.authentication", "method", "api-key", "result", result);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        if (exchange.resumed()) {
            return again(exchange);
        }
        var key = PRESENTED.get();
        key.reset();
        int found = places.read(exchange, key);
        if (key.ambiguous()) {
            return ambiguous.counted();
        }
        if (!key.present()) {
            return missing.counted();
        }
        var hash = key.hash();
        var client = hash == null ? null : known(exchange, hash);
        if (client == null) {
            return unknown.counted();
        }
        places.strip(exchange, found);
        exchange.put(CLIENT, client);
        identify(exchange, client);
        accepted.increment();
        return Verdict.NEXT;
    }

    /** Whoever was identified before a request was parked counts, if the client still has that key; its key goes no further. */
    private Verdict again(Exchange exchange) {
        var key = PRESENTED.get();
        key.reset();
        places.strip(exchange, places.read(exchange, key));
        var before = exchange.get(CLIENT);
        var client = before == null ? null : known(exchange, before.hash());
        if (client == null) {
            return unknown.counted();
        }
        identify(exchange, client);
        return Verdict.NEXT;
    }

    private @Nullable KnownClient known(Exchange exchange, byte[] hash) {
        var client = clients.find(hash);
        return client != null && client.principal.tenant().equals(exchange.tenant()) ? client : null;
    }

    private static void identify(Exchange exchange, KnownClient client) {
        exchange.principal(client.principal);
        var headers = exchange.requestHeaders();
        headers.set(CLIENT_ID, client.id);
        headers.set(ROUTE_ID, exchange.route().name());
        if (client.name == null) {
            headers.remove(CLIENT_NAME);
        } else {
            headers.set(CLIENT_NAME, client.name);
        }
    }
}
