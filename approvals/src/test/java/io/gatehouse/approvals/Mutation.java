package io.gatehouse.approvals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * One way to change a request, declared to leave it the same request or to make it a different one.
 *
 * @param name for people
 * @param same whether an approval of the request still fits
 * @param edit the change
 */
record Mutation(String name, boolean same, Edit edit) {
    /** Changes a request in place. */
    @FunctionalInterface
    interface Edit {
        void apply(SampleRequest request, Random random);
    }

    static List<Mutation> all() {
        var all = new ArrayList<Mutation>();
        all.addAll(harmless());
        all.addAll(ofTheCaller());
        all.addAll(ofTheTarget());
        all.addAll(ofBoundHeaders());
        all.addAll(ofTheBody());
        all.addAll(acrossFields());
        return all;
    }

    private static List<Mutation> harmless() {
        return List.of(
                same("nothing", (r, random) -> {}),
                same("unbound headers in another order", (r, random) -> {
                    var unbound = new ArrayList<>(r.headers.stream()
                            .filter(header -> !r.bound.contains(header[0]))
                            .toList());
                    r.headers.removeAll(unbound);
                    Collections.shuffle(unbound, random);
                    r.headers.addAll(0, unbound);
                }),
                same(
                        "an unbound header more",
                        (r, random) -> r.headers.add(
                                random.nextInt(r.headers.size()),
                                new String[] {"x-" + SampleRequest.word(random), "new"})),
                same("an unbound header less", (r, random) -> r.headers.remove(r.place("accept", 0))),
                same("an unbound header's value", (r, random) -> r.headers.get(r.place("x-trace", 1))[1] = "changed"),
                same(
                        "case of header names",
                        (r, random) -> r.headers.forEach(header -> header[0] = header[0].toUpperCase(Locale.ROOT))),
                same(
                        "order between two bound headers",
                        (r, random) -> Collections.swap(r.headers, r.place("x-mode", 0), r.place("content-type", 0))),
                same("order and case in which the route names its bound headers", (r, random) -> {
                    Collections.shuffle(r.bound, random);
                    r.bound.replaceAll(name -> name.toUpperCase(Locale.ROOT));
                }),
                same("case of the authority", (r, random) -> r.authority = r.authority.toUpperCase(Locale.ROOT)),
                same("pieces in which the body came", (r, random) -> r.cut = 1 + random.nextInt(r.body.length)));
    }

    private static List<Mutation> ofTheCaller() {
        return List.of(
                different("tenant", (r, random) -> r.tenant = SampleRequest.word(random) + "1"),
                different("no tenant", (r, random) -> r.tenant = ""),
                different("principal's type", (r, random) -> r.principalType = "user"),
                different("principal's id", (r, random) -> r.principalId = flip(r.principalId, random)),
                different(
                        "case of the principal", (r, random) -> r.principalId = r.principalId.toUpperCase(Locale.ROOT)),
                different("space after the principal", (r, random) -> r.principalId += " "),
                different("route", (r, random) -> r.route = flip(r.route, random)));
    }

    private static List<Mutation> ofTheTarget() {
        return List.of(
                different("method", (r, random) -> r.method = "GET"),
                different("case of the method", (r, random) -> r.method = r.method.toLowerCase(Locale.ROOT)),
                different("host", (r, random) -> r.authority = "x" + r.authority),
                different("port", (r, random) -> r.authority += "1"),
                different("dot after the host", (r, random) -> r.authority = r.authority.replace(".com", ".com.")),
                different("letter that only Unicode lower-cases", (r, random) -> r.authority += "\u212a"),
                different("path", (r, random) -> r.path = "/" + flip(r.path.substring(1), random)),
                different("case of the path", (r, random) -> r.path = r.path.toUpperCase(Locale.ROOT)),
                different("slash after the path", (r, random) -> r.path += "/"),
                different("doubled slash", (r, random) -> r.path = "/" + r.path),
                different("dot segment", (r, random) -> r.path += "/."),
                different(
                        "letter of the path percent-encoded",
                        (r, random) -> r.path = "/%" + Integer.toHexString(r.path.charAt(1)) + r.path.substring(2)),
                different("path parameter", (r, random) -> r.path += ";a=b"),
                different("query", (r, random) -> r.query = flip(r.query + "", random)),
                different("no query", (r, random) -> r.query = null),
                different("empty query", (r, random) -> r.query = ""),
                different("a parameter more", (r, random) -> r.query += "&admin=true"),
                different("parameters in another order", (r, random) -> {
                    String query = r.query + "";
                    int and = query.indexOf('&');
                    r.query = query.substring(and + 1) + "&" + query.substring(0, and);
                }),
                different("ampersand after the query", (r, random) -> r.query += "&"),
                different("plus for a space", (r, random) -> r.query += "+"),
                different("encoded space", (r, random) -> r.query += "%20"));
    }

    private static List<Mutation> ofBoundHeaders() {
        return List.of(
                different("a bound value", (r, random) -> {
                    String[] header = r.headers.get(r.place(aBound(random), random.nextInt(2)));
                    header[1] = flip(header[1], random);
                }),
                different("case of a bound value", (r, random) -> {
                    String[] header = r.headers.get(r.place(aBound(random), 0));
                    header[1] = header[1].toUpperCase(Locale.ROOT);
                }),
                different(
                        "space after a bound value",
                        (r, random) -> r.headers.get(r.place(aBound(random), 0))[1] += " "),
                different(
                        "a bound value less",
                        (r, random) -> r.headers.remove(r.place(aBound(random), random.nextInt(2)))),
                different("a bound header less", (r, random) -> {
                    String name = aBound(random);
                    r.headers.removeIf(header -> header[0].equals(name));
                }),
                different("a bound value more", (r, random) -> r.headers.add(new String[] {aBound(random), "more"})),
                different("an empty bound value more", (r, random) -> r.headers.add(new String[] {aBound(random), ""})),
                different(
                        "a bound header that was absent", (r, random) -> r.headers.add(new String[] {"X-Absent", ""})),
                different("bound values in another order", (r, random) -> {
                    String name = aBound(random);
                    Collections.swap(r.headers, r.place(name, 0), r.place(name, 1));
                }),
                different("bound values joined", (r, random) -> {
                    String name = aBound(random);
                    String joined = String.join(", ", r.values(name));
                    r.headers.removeIf(header -> header[0].equals(name));
                    r.headers.add(new String[] {name, joined});
                }),
                different(
                        "a value that moves to the other bound header",
                        (r, random) -> r.headers.get(r.place("x-mode", 1))[0] = "content-type"),
                different("a bound header more in the route", (r, random) -> r.bound.add("accept")),
                different("a bound header less in the route", (r, random) -> r.bound.remove("x-absent")));
    }

    private static List<Mutation> ofTheBody() {
        return List.of(
                different(
                        "a bit of the body",
                        (r, random) -> r.body[random.nextInt(r.body.length)] ^= (byte) (1 << random.nextInt(8))),
                different("a byte more", (r, random) -> r.body = Arrays.copyOf(r.body, r.body.length + 1)),
                different("a byte less", (r, random) -> r.body = Arrays.copyOf(r.body, r.body.length - 1)),
                different("a byte in front", (r, random) -> {
                    var longer = new byte[r.body.length + 1];
                    System.arraycopy(r.body, 0, longer, 1, r.body.length);
                    r.body = longer;
                }),
                different("no body", (r, random) -> r.body = new byte[0]),
                different("body twice", (r, random) -> {
                    var twice = Arrays.copyOf(r.body, r.body.length * 2);
                    System.arraycopy(r.body, 0, twice, r.body.length, r.body.length);
                    r.body = twice;
                }));
    }

    /** The same characters, where another field begins. */
    private static List<Mutation> acrossFields() {
        return List.of(
                different("tenant runs into the principal", (r, random) -> {
                    r.principalType = r.tenant.charAt(r.tenant.length() - 1) + r.principalType;
                    r.tenant = r.tenant.substring(0, r.tenant.length() - 1);
                }),
                different("type runs into the id", (r, random) -> {
                    r.principalType += r.principalId.charAt(0);
                    r.principalId = r.principalId.substring(1);
                }),
                different("id runs into the route", (r, random) -> {
                    r.principalId += r.route.charAt(0);
                    r.route = r.route.substring(1);
                }),
                different("authority runs into the path", (r, random) -> {
                    r.authority += r.path;
                    r.path = "";
                }),
                different("query within the path", (r, random) -> {
                    r.path += "?" + r.query;
                    r.query = null;
                }),
                different("query runs into a header", (r, random) -> {
                    r.headers.get(r.place("content-type", 0))[1] =
                            r.query + r.headers.get(r.place("content-type", 0))[1];
                    r.query = "";
                }),
                different("header runs into the body", (r, random) -> {
                    String[] header = r.headers.get(r.place("x-mode", 1));
                    var longer = new byte[r.body.length + 1];
                    longer[0] = (byte) header[1].charAt(header[1].length() - 1);
                    System.arraycopy(r.body, 0, longer, 1, r.body.length);
                    r.body = longer;
                    header[1] = header[1].substring(0, header[1].length() - 1);
                }),
                different("two values run together", (r, random) -> {
                    String[] first = r.headers.get(r.place("x-mode", 0));
                    String[] second = r.headers.get(r.place("x-mode", 1));
                    first[1] += second[1].charAt(0);
                    second[1] = second[1].substring(1);
                }),
                different("understood by an engine", (r, random) -> r.call = r.method + r.path));
    }

    private static String aBound(Random random) {
        return random.nextBoolean() ? "x-mode" : "content-type";
    }

    /** Another character somewhere. */
    private static String flip(String text, Random random) {
        int at = random.nextInt(text.length());
        char other = text.charAt(at) == '~' ? '!' : '~';
        return text.substring(0, at) + other + text.substring(at + 1);
    }

    private static Mutation same(String name, Edit edit) {
        return new Mutation(name, true, edit);
    }

    private static Mutation different(String name, Edit edit) {
        return new Mutation(name, false, edit);
    }
}
