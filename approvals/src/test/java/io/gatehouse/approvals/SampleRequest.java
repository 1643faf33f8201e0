package io.gatehouse.approvals;

import io.gatehouse.approvals.RequestDigest.HttpRequest;
import io.gatehouse.approvals.RequestDigest.Subject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A request as it comes over the wire, for mutation: every field may be changed in place. */
final class SampleRequest {
    String tenant = "acme";
    String principalType = "client";
    String principalId = "agent";
    String route = "crm";
    String method = "POST";
    String authority = "";
    String path = "";

    @Nullable
    String query;
    /** Name and value, in the order in which they came. */
    List<String[]> headers = new ArrayList<>();

    List<String> bound = new ArrayList<>();
    byte[] body = new byte[0];
    /** Where the body is cut into pieces on its way. */
    int cut;
    /** What an engine understood, or {@code null} for plain HTTP. */
    @Nullable
    String call;

    /** Any request, with at least: two bound headers of two values each, one unbound header of two values, a query and a body. */
    static SampleRequest random(Random random) {
        var request = new SampleRequest();
        request.principalId = word(random);
        request.route = word(random);
        request.method = List.of("POST", "PUT", "PATCH", "DELETE").get(random.nextInt(4));
        request.authority = word(random) + ".example.com" + (random.nextBoolean() ? "" : ":8443");
        request.path = "/" + word(random) + "/" + word(random) + "/" + random.nextInt(1000);
        request.query = word(random) + "=1&" + word(random) + "=" + word(random);
        request.bound.addAll(List.of("x-mode", "content-type", "x-absent"));
        for (String name : List.of("x-mode", "content-type", "x-trace", "accept")) {
            request.headers.add(new String[] {name, word(random)});
        }
        for (String name : List.of("content-type", "x-mode", "x-trace")) {
            request.headers.add(new String[] {name, word(random) + "2"});
        }
        request.body = new byte[8 + random.nextInt(200)];
        random.nextBytes(request.body);
        return request;
    }

    static String word(Random random) {
        var word = new StringBuilder();
        for (int i = 3 + random.nextInt(8); i > 0; i--) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }

    SampleRequest copy() {
        var copy = new SampleRequest();
        copy.tenant = tenant;
        copy.principalType = principalType;
        copy.principalId = principalId;
        copy.route = route;
        copy.method = method;
        copy.authority = authority;
        copy.path = path;
        copy.query = query;
        headers.forEach(header -> copy.headers.add(header.clone()));
        copy.bound.addAll(bound);
        copy.body = body.clone();
        copy.cut = cut;
        copy.call = call;
        return copy;
    }

    List<String> values(String name) {
        return headers.stream()
                .filter(header -> header[0].equalsIgnoreCase(name))
                .map(header -> header[1])
                .toList();
    }

    /** The place in {@link #headers} of the n-th value of that name. */
    int place(String name, int n) {
        int seen = 0;
        for (int i = 0; i < headers.size(); i++) {
            if (headers.get(i)[0].equalsIgnoreCase(name) && seen++ == n) {
                return i;
            }
        }
        throw new IllegalArgumentException(name);
    }

    String digest() {
        var subject = new Subject(tenant, principalType, principalId, route);
        if (call != null) {
            return RequestDigest.ofCall(subject, call);
        }
        var values = new LinkedHashMap<String, List<String>>();
        bound.forEach(name -> values.put(name, values(name)));
        return RequestDigest.ofHttp(
                subject,
                new HttpRequest(method, authority, path, query, values),
                ByteBuffer.wrap(body, 0, cut),
                ByteBuffer.wrap(body, cut, body.length - cut));
    }
}
