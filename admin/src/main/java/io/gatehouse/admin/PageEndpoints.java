package io.gatehouse.admin;

import io.gatehouse.console.Asset;
import io.gatehouse.console.Console;
import io.gatehouse.proxy.filter.LocalResponse;
import java.util.List;

/** The approver page's files, open to all: they hold nothing that is secret. */
final class PageEndpoints {
    private final Console console;

    PageEndpoints(Console console) {
        this.console = console;
    }

    List<Route> routes() {
        return console.assets().stream()
                .map(asset -> new Route("GET", asset.path(), Access.OPEN, call -> serve(asset, call)))
                .toList();
    }

    private static LocalResponse serve(Asset asset, Call call) {
        boolean known = asset.etag().equals(call.headers().get("if-none-match"));
        var answer = known ? LocalResponse.of(304) : LocalResponse.of(200, asset.contentType(), asset.bytes());
        answer.headers().set("etag", asset.etag());
        answer.headers().set("cache-control", "no-cache");
        return answer;
    }
}
