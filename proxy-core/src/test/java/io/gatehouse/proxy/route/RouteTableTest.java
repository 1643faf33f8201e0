package io.gatehouse.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static RouteTable.Entry<String> route(String name, String host, String path, String... methods) {
        return new RouteTable.Entry<>(
                name,
                host.equals("any") ? List.of() : List.of(host),
                false,
                PathPattern.parse(path),
                Set.of(methods),
                name);
    }

    private static String find(RouteTable<String> table, String host, String path, String method) {
        var match = new RouteTable.Match<String>();
        table.find(host, path, method, match);
        var route = match.route();
        return route != null ? route : match.otherMethod() ? "405" : "404";
    }

    @Test
    void prefersTheMoreSpecificHostThenPath() {
        var table = new RouteTable<>(List.of(
                route("any", "any", "/**"),
                route("wild", "*.example.com", "/**"),
                route("deep", "*.api.example.com", "/**"),
                route("exact", "a.example.com", "/a/**"),
                route("exact-path", "a.example.com", "/a/b"),
                route("variable", "a.example.com", "/a/{id}/c"),
                route("variable-open", "a.example.com", "/a/{id}/**")));
        assertThat(find(table, "other.org", "/x", "GET")).isEqualTo("any");
        assertThat(find(table, "example.com", "/x", "GET")).isEqualTo("any");
        assertThat(find(table, "b.example.com", "/x", "GET")).isEqualTo("wild");
        assertThat(find(table, "x.api.example.com", "/x", "GET")).isEqualTo("deep");
        assertThat(find(table, "a.example.com", "/a/b", "GET")).isEqualTo("exact-path");
        assertThat(find(table, "a.example.com", "/a/7/c", "GET")).isEqualTo("variable");
        assertThat(find(table, "a.example.com", "/a/7/d", "GET")).isEqualTo("variable-open");
        assertThat(find(table, "a.example.com", "/a", "GET")).isEqualTo("exact");
        assertThat(find(table, "a.example.com", "/ab", "GET")).isEqualTo("wild");
        assertThat(find(table, "a.example.com", "/z", "GET")).isEqualTo("wild");
    }

    @Test
    void matchesOnSegmentBoundariesOnly() {
        var table = new RouteTable<>(List.of(route("p", "any", "/p/**"), route("root", "any", "/")));
        assertThat(find(table, "h", "/p", "GET")).isEqualTo("p");
        assertThat(find(table, "h", "/p/", "GET")).isEqualTo("p");
        assertThat(find(table, "h", "/p/x/y", "GET")).isEqualTo("p");
        assertThat(find(table, "h", "/pfoo", "GET")).isEqualTo("404");
        assertThat(find(table, "h", "/", "GET")).isEqualTo("root");
    }

    @Test
    void tellsAWrongMethodFromAWrongPath() {
        var table = new RouteTable<>(List.of(
                route("get", "any", "/a", "GET"),
                route("post", "any", "/a", "POST"),
                route("b", "any", "/{x}", "PUT")));
        assertThat(find(table, "h", "/a", "GET")).isEqualTo("get");
        assertThat(find(table, "h", "/a", "POST")).isEqualTo("post");
        assertThat(find(table, "h", "/a", "PUT")).isEqualTo("b");
        assertThat(find(table, "h", "/a", "DELETE")).isEqualTo("405");
        assertThat(find(table, "h", "/a/b", "GET")).isEqualTo("404");
    }

    @Test
    void takesTheApexOnlyWhereAsked() {
        var apex = new RouteTable.Entry<>(
                "apex", List.of("*.example.com"), true, PathPattern.parse("/**"), Set.<String>of(), "apex");
        assertThat(find(new RouteTable<>(List.of(apex)), "example.com", "/", "GET"))
                .isEqualTo("apex");
        assertThat(find(new RouteTable<>(List.of(apex)), "badexample.com", "/", "GET"))
                .isEqualTo("404");
    }

    @Test
    void refusesTies() {
        assertThatThrownBy(
                        () -> new RouteTable<>(List.of(route("a", "any", "/x/{id}"), route("b", "any", "/x/{name}"))))
                .hasMessageContaining("route `b` ties");
        assertThat(new RouteTable<>(List.of(route("a", "any", "/x", "GET"), route("b", "any", "/x", "POST"))))
                .isNotNull();
    }

    @Test
    void refusesPatternsThatCannotBeRead() {
        for (var bad : List.of("a", "/a*", "/*/b", "/a{b}", "/**/a", "/a/../b", "/a//**", "/%2f")) {
            assertThatThrownBy(() -> PathPattern.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
