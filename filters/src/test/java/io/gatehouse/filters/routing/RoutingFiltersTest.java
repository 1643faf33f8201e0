package io.gatehouse.filters.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.filters.EdgePlane;
import io.gatehouse.filters.edge.HeadersConfig;
import io.gatehouse.filters.edge.HeadersFactory;
import io.gatehouse.policy.Decision;
import io.gatehouse.proxy.RouteConfig;
import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Parking;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.testkit.LeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

@ExtendWith(LeakCheck.class)
class RoutingFiltersTest {
    private static RewriteConfig path(String path) {
        return new RewriteConfig(path, null);
    }

    private static RewriteConfig strip(String prefix) {
        return new RewriteConfig(null, prefix);
    }

    private static RouteConfig.Match match(String path, String... hosts) {
        return new RouteConfig.Match(List.of(hosts), path, List.of(), false);
    }

    @ParameterizedTest
    @CsvSource({
        "/orders/{id}, /v2/{id}, /orders/7?a=b, /v2/7?a=b",
        "/users/{user}/orders/{id}/**, /o/{id}/{user}/**, /users/ann/orders/7/items/1, /o/7/ann/items/1",
        "/users/{user}/**, /u/{user}/**, /users/ann, /u/ann",
        "/users/{user}/**, /u/{user}/**, /users/ann/, /u/ann/",
        "/api/**, /**, /api, /",
        "/api/**, /internal/**, /api/a%2Bb, /internal/a%2Bb",
        "/orders/{id}, /v2/{id}, /orders/.hidden, /v2/.hidden",
        "/a/{id}, /b, /a/x, /b",
    })
    void givesTheTargetAnotherPath(String route, String template, String asked, String seen)
            throws InterruptedException {
        try (var plane = EdgePlane.on(route)) {
            plane.with(new RewriteFactory(), path(template));
            new RewriteFactory().check(path(template), match(route));
            assertThat(plane.ask("GET", asked).status()).isEqualTo(200);
            assertThat(plane.origin.take().target()).isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/**, /api, /api/orders/7?a=b, /orders/7?a=b",
        "/api/**, /api, /api, /",
        "/api/**, /api, /api/, /",
        "/api/v1/{id}, /api/v1, /api/v1/7, /7",
    })
    void takesABeginningAway(String route, String prefix, String asked, String seen) throws InterruptedException {
        try (var plane = EdgePlane.on(route)) {
            plane.with(new RewriteFactory(), strip(prefix));
            new RewriteFactory().check(strip(prefix), match(route));
            assertThat(plane.ask("GET", asked).status()).isEqualTo(200);
            assertThat(plane.origin.take().target()).isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/../admin", "/api/%2e%2e/admin", "/apiary"})
    void neverLeavesTheRoute(String asked) {
        try (var plane = EdgePlane.on("/api/**")) {
            plane.with(new RewriteFactory(), strip("/api"));
            assertThat(plane.ask("GET", asked).status()).isEqualTo(404);
            assertThat(plane.origin.calls()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/%2Fadmin", "/api/a%5c..%5cb", "/api/x;y", "/api/%00"})
    void sendsNothingWhoseSegmentsCouldBeReadDifferently(String asked) {
        try (var plane = EdgePlane.on("/api/{id}")) {
            plane.with(new RewriteFactory(), path("/{id}"));
            assertThat(plane.ask("GET", asked).status()).isEqualTo(400);
            assertThat(plane.origin.calls()).isZero();
        }
    }

    @Test
    void isJudgedByThePathThatTheTargetGets() throws InterruptedException {
        var judged = new CopyOnWriteArrayList<String>();
        try (var plane = EdgePlane.on("/orders/{id}")) {
            plane.with(Phase.EDGE, exchange -> {
                judged.add(exchange.resource().id());
                return Verdict.NEXT;
            });
            plane.with(Phase.AUTHORIZE, exchange -> {
                judged.add(exchange.resource().id() + " " + exchange.path() + " " + exchange.uri() + " "
                        + exchange.context().get("path"));
                return Verdict.NEXT;
            });
            plane.with(new RewriteFactory(), path("/v2/{id}"));
            plane.ask("GET", "/orders/7?a=b");
            assertThat(plane.origin.take().target()).isEqualTo("/v2/7?a=b");
        }
        assertThat(judged).containsExactly("/orders/7", "/v2/7 /v2/7 /v2/7?a=b /v2/7");
    }

    @Test
    void rewritesOnceWhatIsJudgedTwice() throws InterruptedException {
        try (var plane = EdgePlane.on("/a/**")) {
            plane.with(new RewriteFactory(), path("/a/a/**"));
            plane.with(
                    Phase.APPROVE,
                    exchange -> exchange.resumed()
                            ? Verdict.NEXT
                            : new Parking(Mono.just(Verdict.NEXT), Duration.ofSeconds(5), Verdict.NEXT).park());
            assertThat(plane.ask("GET", "/a/x").status()).isEqualTo(200);
            assertThat(plane.origin.take().target()).isEqualTo("/a/a/x");
        }
    }

    @Test
    void addsAHeaderToWhatIsJudgedTwiceAsToWhatIsJudgedOnce() throws InterruptedException {
        try (var plane = EdgePlane.on("/**")) {
            var add = new HeadersConfig.Edit(Map.of(), Map.of("X-Via", "gateway"), List.of());
            var nothing = new HeadersConfig.Edit(Map.of(), Map.of(), List.of());
            plane.with(new HeadersFactory(), new HeadersConfig(add, nothing));
            plane.with(
                    Phase.APPROVE,
                    exchange -> exchange.resumed()
                            ? Verdict.NEXT
                            : new Parking(Mono.just(Verdict.NEXT), Duration.ofSeconds(5), Verdict.NEXT).park());
            assertThat(plane.ask("GET", "/", "X-Via: gateway").status()).isEqualTo(200);
            assertThat(plane.origin.take().headers().values("x-via")).containsExactly("gateway", "gateway");
        }
    }

    @Test
    void refusesARequestWhosePathItCannotMake() {
        try (var plane = EdgePlane.on("/a/**")) {
            plane.with(new RewriteFactory(), path("/b/{id}"));
            var answer = plane.ask("GET", "/a/x");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("filter_failed");
            assertThat(plane.origin.calls()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "v2, path: expected a path that begins with `/`",
        "/a//b, path: expected no empty segment",
        "/a/../b, path: expected a normalised path",
        "/x-{id}, path: expected `*` only",
        "/a/*/b, path: expected `*` only",
    })
    void refusesTemplatesThatAreNoPaths(String template, String message) {
        assertThatThrownBy(() -> path(template)).hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "api", "/{id}", "/api/", "/a/**", "/a/../b", "/"})
    void refusesPrefixesThatAreNone(String prefix) {
        assertThatThrownBy(() -> strip(prefix)).hasMessageStartingWith("stripPrefix: expected the beginning of a path");
    }

    @Test
    void refusesSettingsThatDoNotFitTheRoute() {
        var factory = new RewriteFactory();
        assertThatThrownBy(() -> factory.check(path("/v2/{nr}"), match("/orders/{id}")))
                .hasMessage("path: expected variables of the route's path `/orders/{id}`, got `{nr}`");
        assertThatThrownBy(() -> factory.check(path("/v2/**"), match("/orders/{id}")))
                .hasMessageStartingWith("path: expected no `**`");
        assertThatThrownBy(() -> factory.check(strip("/api"), match("/apis/**")))
                .hasMessage("stripPrefix: expected the beginning of the route's path `/apis/**`, got `/api`");
        assertThatThrownBy(() -> factory.check(strip("/api"), match("/**")))
                .hasMessageStartingWith("stripPrefix: expected the beginning of the route's path");
        assertThatThrownBy(() -> new RewriteConfig("/a", "/b")).hasMessage("expected either `path` or `stripPrefix`");
        assertThatThrownBy(() -> new RewriteConfig(null, null)).hasMessage("expected either `path` or `stripPrefix`");
    }

    @ParameterizedTest
    @CsvSource({
        "https://{host}{uri}, /a/b?c=d, https://a.example/a/b?c=d",
        "https://{host}{path}, /a/b?c=d, https://a.example/a/b",
        "https://new.example/x, /a, https://new.example/x",
        "https://new.example:8443{uri}, /a, https://new.example:8443/a",
        "/new{path}, /a, /new/a",
        "{uri}, //evil.example, /evil.example",
        "https://sso.example/in?next={uri}&client=good, /a+b%2B/~x?c=d&client=evil, "
                + "https://sso.example/in?next=%2Fa%2Bb%252B%2F~x%3Fc%3Dd%26client%3Devil&client=good",
        "/in?next={path}, /a&b=c?e, /in?next=%2Fa%26b%3Dc",
        "/a{path}?next={path}#/{path}, /b&c, /a/b&c?next=%2Fb%26c#/%2Fb%26c",
        "/in#next={uri}, /a?b&c, /in#next=%2Fa%3Fb%26c",
        "/in#{uri}, /a=b?c, /in#/a=b?c",
    })
    void sendsClientsElsewhere(String to, String asked, String location) {
        try (var plane = EdgePlane.on("/**")) {
            plane.with(new RedirectFactory(), new RedirectConfig(to, 308));
            var answer = plane.ask("GET", asked);
            assertThat(answer.status()).isEqualTo(308);
            assertThat(answer.header("location")).isEqualTo(location);
            assertThat(plane.origin.calls()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//evil.example",
                "/{path}",
                "/\\evil",
                "{host}",
                "https://{path}",
                "https://x.{host}/",
                "https://{host}.evil.example/",
                "https://a.example@evil.example/",
                "javascript:alert(1)",
                "a/b",
                "https://a.example/{host}",
                "https://a.example/{id}",
                "https://a.example/\r\nX: y",
                "https://a b/",
                "https://a.example{",
                "ftp://a.example/"
            })
    void refusesPlacesThatARequestCouldMove(String to) {
        assertThatThrownBy(() -> new RedirectConfig(to, 307)).hasMessageStartingWith("to: expected `http://`");
    }

    @Test
    void takesTheHostFromRequestsOnlyWhereTheRouteNamesIt() {
        var factory = new RedirectFactory();
        var config = new RedirectConfig("https://{host}{uri}", 308);
        factory.check(config, match("/**", "a.example"));
        assertThatThrownBy(() -> factory.check(config, match("/**")))
                .hasMessageStartingWith("expected a route that names its hosts");
        assertThatThrownBy(() -> new RedirectConfig("/a", 304)).hasMessageStartingWith("status: expected 301");
    }

    private static RespondConfig respond(int status, String body) {
        return new RespondConfig(status, Map.of(), body);
    }

    @Test
    void answersInTheTargetsPlace() {
        try (var plane = EdgePlane.on("/**")) {
            plane.with(new RespondFactory(), new RespondConfig(503, Map.of("Retry-After", "60"), "back soon\u2026"));
            for (int i = 0; i < 2; i++) {
                var answer = plane.ask("GET", "/");
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("retry-after")).isEqualTo("60");
                assertThat(answer.header("content-type")).isEqualTo("text/plain; charset=utf-8");
                assertThat(answer.text()).isEqualTo("back soon\u2026");
            }
            assertThat(plane.origin.calls()).isZero();
        }
    }

    @Test
    void answersNobodyWhomTheRouteRefuses() {
        try (var plane = EdgePlane.on("/**")) {
            plane.with(new RespondFactory(), respond(200, "secret"));
            plane.with(Phase.IDENTIFY, exchange -> new Denial("unauthenticated", 401, "unauthorized", "who?").deny());
            assertThat(plane.ask("GET", "/").status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource({"NEEDS_APPROVAL, , 403", "NEEDS_APPROVAL, a1, 200", "DENY, a1, 503", "PERMIT, , 200"})
    void answersOnlyWhatIsPermittedAndApproved(Decision.Verdict verdict, @Nullable String approval, int status) {
        try (var plane = EdgePlane.on("/**")) {
            plane.with(new RespondFactory(), respond(200, "secret"));
            plane.with(Phase.AUTHORIZE, exchange -> {
                exchange.decision(new Decision(verdict, List.of(), "v1", List.of(), List.of(), List.of()));
                if (approval != null) {
                    exchange.approval(approval);
                }
                return Verdict.NEXT;
            });
            assertThat(plane.ask("GET", "/").status()).isEqualTo(status);
            assertThat(plane.origin.calls()).isZero();
        }
    }

    @Test
    void refusesAnswersThatBreakTheRules() {
        assertThatThrownBy(() -> respond(100, "")).hasMessage("status: expected 200 to 599, got `100`");
        assertThatThrownBy(() -> respond(204, "x")).hasMessage("body: expected none with status 204");
        assertThatThrownBy(() -> new RespondConfig(200, Map.of("Content-Length", "1"), ""))
                .hasMessageStartingWith("headers: expected a header that is not hop-by-hop");
        assertThatThrownBy(() -> new RespondConfig(200, Map.of("X-A", "a\r\nb"), ""))
                .hasMessageStartingWith("headers.X-A: expected a header value");
    }
}
