package io.gatehouse.filters.authn.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.Secret;
import io.gatehouse.filters.Allocation;
import io.gatehouse.filters.TestServices;
import io.gatehouse.filters.authn.apikey.ApiKeyConfig.Client;
import io.gatehouse.filters.authn.apikey.ApiKeyConfig.Place;
import io.gatehouse.policy.Principal;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.RouteInfo;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.testing.TestExchange;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyFilterTest {
    private static final String KEY = "correct-horse-battery";
    private static final String OTHER_KEY = "staple-0123456789abcdef";
    private final TestServices services = new TestServices();

    private static Client client(String id, String key) {
        return new Client(id, null, Secret.parse(key), List.of("agent"), "Agent " + id, Map.of("team", "red"));
    }

    private Filter filter(Client... clients) {
        return filter(List.of(Place.values()), clients);
    }

    private Filter filter(List<Place> in, Client... clients) {
        return new ApiKeyFactory().create(new ApiKeyConfig(List.of(clients), in, "orders"), services);
    }

    private static Denial denial(Verdict verdict) {
        if (verdict instanceof Verdict.Deny deny) {
            return deny.denial();
        }
        throw new AssertionError("expected a denial, got " + verdict);
    }

    private static TestExchange bearer(String key) {
        return new TestExchange().header("Authorization", "Bearer " + key);
    }

    @Test
    void identifiesTheClientAndTellsTheTarget() {
        var exchange = bearer(KEY).header("X-Auth-Client-ID", "forged").header("X-Auth-Client-Name", "forged");
        assertThat(filter(client("a", KEY), client("b", OTHER_KEY)).onRequest(exchange))
                .isEqualTo(Verdict.NEXT);

        assertThat(exchange.principal.reference()).isEqualTo("client:a");
        assertThat(exchange.principal.roles()).containsExactly("agent");
        assertThat(exchange.principal.attributes().get("team")).isEqualTo("red");
        assertThat(exchange.principal.attributes().get("name")).isEqualTo("Agent a");
        assertThat(exchange.requestHeaders.getAll("X-Auth-Client-ID")).containsExactly("a");
        assertThat(exchange.requestHeaders.getAll("X-Auth-Client-Name")).containsExactly("Agent a");
        assertThat(exchange.requestHeaders.getAll("X-Auth-Route-ID")).containsExactly("test");
        assertThat(exchange.requestHeaders.contains("Authorization")).isFalse();
    }

    @Test
    void takesAKeyByItsHashFromAnyPlace() throws Exception {
        var hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.US_ASCII)));
        var filter = filter(new Client("a", "sha256:" + hash, null, List.of(), null, Map.of()));

        assertThat(filter.onRequest(new TestExchange().header("x-api-key", KEY))).isEqualTo(Verdict.NEXT);
        assertThat(filter.onRequest(new TestExchange().header("authorization", "bEARER  " + KEY)))
                .isEqualTo(Verdict.NEXT);
        var query = TestExchange.of(HttpMethod.GET, "/a?x=1&api_key=" + KEY + "&y=2");
        assertThat(filter.onRequest(query)).isEqualTo(Verdict.NEXT);
        assertThat(query.uri).isEqualTo("/a?x=1&y=2");
        var alone = TestExchange.of(HttpMethod.GET, "/a?api_key=" + KEY);
        assertThat(filter.onRequest(alone)).isEqualTo(Verdict.NEXT);
        assertThat(alone.uri).isEqualTo("/a");
    }

    @Test
    void looksInNoOtherPlace() {
        var filter = filter(List.of(Place.X_API_KEY), client("a", KEY));
        assertThat(denial(filter.onRequest(bearer(KEY))).status()).isEqualTo(401);
        var both = bearer("the-target-wants-it").header("X-Api-Key", KEY);
        assertThat(filter.onRequest(both)).isEqualTo(Verdict.NEXT);
        assertThat(both.requestHeaders.get("Authorization")).isEqualTo("Bearer the-target-wants-it");
    }

    @Test
    void saysTheSameOfMissingAndUnknownKeysButForTheErrorAttribute() {
        var filter = filter(client("a", KEY));
        var missing = denial(filter.onRequest(new TestExchange()));
        var unknown = denial(filter.onRequest(bearer("no-such-key-0123456789")));

        assertThat(missing.headers()).containsEntry("WWW-Authenticate", "Bearer realm=\"orders\"");
        assertThat(unknown.headers())
                .containsEntry("WWW-Authenticate", "Bearer realm=\"orders\", error=\"invalid_token\"");
        assertThat(new Denial(missing.code(), missing.status(), missing.title(), missing.detail()))
                .isEqualTo(new Denial(unknown.code(), unknown.status(), unknown.title(), unknown.detail()));
        assertThat(missing.code()).isEqualTo("unauthenticated");
        assertThat(missing.status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "key with spaces 0123", "käse-0123456789abcdef", "correct-horse-battery,"})
    void refusesWhatCannotBeAKey(String key) {
        var exchange = new TestExchange().header("x-api-key", key);
        assertThat(denial(filter(client("a", KEY)).onRequest(exchange)).status()).isEqualTo(401);
        assertThat(exchange.principal).isEqualTo(Principal.ANONYMOUS);
    }

    @Test
    void refusesAKeyBeyondTheBound() {
        assertThat(denial(filter(client("a", KEY)).onRequest(bearer("k".repeat(5000)))).status())
                .isEqualTo(401);
    }

    @Test
    void refusesMoreThanOneKey() {
        var filter = filter(client("a", KEY), client("b", OTHER_KEY));
        for (var exchange : List.of(
                bearer(KEY).header("X-Api-Key", OTHER_KEY),
                bearer(KEY).header("X-Api-Key", "x"),
                bearer(KEY).header("Authorization", "Bearer " + KEY),
                bearer(KEY).header("Authorization", "Basic x"),
                new TestExchange().header("x-api-key", KEY).header("x-api-key", KEY),
                TestExchange.of(HttpMethod.GET, "/?api_key=" + KEY + "&api_key=" + KEY))) {
            var denial = denial(filter.onRequest(exchange));
            assertThat(denial.code()).isEqualTo("ambiguous_credentials");
            assertThat(denial.status()).isEqualTo(400);
        }
        assertThat(filter.onRequest(bearer(KEY).header("X-Api-Key", KEY))).isEqualTo(Verdict.NEXT);
    }

    @Test
    void judgesAResumedRequestByTheClientsOfToday() {
        var exchange = bearer(KEY);
        filter(client("a", KEY)).onRequest(exchange);
        exchange.resumed = true;
        exchange.principal = Principal.ANONYMOUS;
        exchange.header("Authorization", "Bearer " + KEY); // a resumed request may have its first headers again

        assertThat(filter(client("a", KEY)).onRequest(exchange)).isEqualTo(Verdict.NEXT);
        assertThat(exchange.principal.id()).isEqualTo("a");
        assertThat(exchange.requestHeaders.contains("Authorization")).isFalse();
        assertThat(denial(filter(client("b", OTHER_KEY)).onRequest(exchange)).status()).isEqualTo(401);
    }

    @Test
    void knowsNoClientOfAnotherTenant() {
        var exchange = bearer(KEY);
        exchange.route = new RouteInfo("test", "acme", List.of());
        assertThat(denial(filter(client("a", KEY)).onRequest(exchange)).status()).isEqualTo(401);
    }

    @Test
    void refusesWeakAndDoubleKeysWhenItIsMade() {
        assertThatThrownBy(() -> client("a", "only-15-letters")).hasMessageStartingWith("key: expected 16 to 512");
        assertThatThrownBy(() -> client("a", "aaaaaaaaaaaaaaaaaaaa")).hasMessageStartingWith("key: expected");
        assertThatThrownBy(() -> filter(client("a", KEY), client("b", KEY)))
                .hasMessageStartingWith("keys: expected a key of its own")
                .hasMessageNotContaining(KEY);
        assertThatThrownBy(() -> filter(client("a", KEY), client("a", OTHER_KEY)))
                .hasMessage("keys: expected each client once, got `a` again");
        assertThatThrownBy(() -> new Client("a", "sha256:12", null, List.of(), null, Map.of()))
                .hasMessageStartingWith("hash: expected");
        assertThatThrownBy(() -> new Client("a", null, null, List.of(), null, Map.of()))
                .hasMessage("expected either `hash` or `key`");
        assertThatThrownBy(() -> new ApiKeyConfig(List.of(), List.of(), "r"))
                .hasMessage("keys: expected at least one client");
    }

    @Test
    void allocatesNothingForALookUp() {
        var table = new KeyTable(List.of(KnownClient.of(client("a", KEY)), KnownClient.of(client("b", OTHER_KEY))));
        var presented = new PresentedKey();
        var bytes = Allocation.bytesPerRun(() -> {
            presented.reset();
            presented.take(KEY, 0, KEY.length());
            var hash = presented.hash();
            if (hash == null || table.find(hash) == null) {
                throw new AssertionError("the key is known");
            }
        });
        assertThat(bytes).isZero();
    }

    @Test
    void allocatesNextToNothingForARefusal() {
        var filter = filter(List.of(Place.BEARER, Place.X_API_KEY), client("a", KEY));
        var exchange = new TestExchange();
        assertThat(Allocation.bytesPerRun(() -> filter.onRequest(exchange))).isZero();
        var unknown = bearer("no-such-key-0123456789");
        assertThat(Allocation.bytesPerRun(() -> filter.onRequest(unknown))).isLessThanOrEqualTo(64);
    }
}
