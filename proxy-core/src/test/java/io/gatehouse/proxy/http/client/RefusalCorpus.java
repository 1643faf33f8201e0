package io.gatehouse.proxy.http.client;

import java.util.stream.Stream;

/**
 * Requests byte by byte: what a stranger may not send, and what is unusual but clear. {@code docs/edge.md} names the cases, the
 * calibration sends them to other proxies too.
 */
@SuppressWarnings("StringConcatToTextBlock") // the wire has CR LF, which a text block cannot show
public final class RefusalCorpus {
    private RefusalCorpus() {}

    public record Sent(String name, int status, String bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    public static Stream<Sent> refused() {
        return Stream.of(lengths(), lines(), hosts(), targets(), chunks(), bounds())
                .flatMap(cases -> cases);
    }

    private static Sent bad(String name, String bytes) {
        return new Sent(name, 400, bytes);
    }

    private static String get(String headers) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
    }

    private static String post(String headers, String body) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
    }

    private static String chunks(String chunks) {
        return post("Transfer-Encoding: chunked\r\n", chunks);
    }

    /** How long a body is, said twice, oddly or in disguise. */
    private static Stream<Sent> lengths() {
        return Stream.of(
                bad("both lengths", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                bad(
                        "both lengths, other order",
                        post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n")),
                bad("two lengths", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
                bad("two different lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc")),
                bad("list of lengths", post("Content-Length: 3, 3\r\n", "abc")),
                bad("length with sign", post("Content-Length: +3\r\n", "abc")),
                bad("negative length", post("Content-Length: -3\r\n", "abc")),
                bad("hexadecimal length", post("Content-Length: 0x3\r\n", "abc")),
                bad("empty length", post("Content-Length:\r\n", "")),
                bad("huge length", post("Content-Length: 99999999999999999999\r\n", "")),
                bad("length with a space", post("Content-Length: 1 2\r\n", "abc")),
                bad("identity coding", post("Transfer-Encoding: identity\r\n", "")),
                bad("chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
                bad("chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                bad("coding before chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
                bad("vertical tab before chunked", post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n")),
                bad("quoted chunked", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
                bad("chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("length with a comma behind it", post("Content-Length: 3,\r\n", "abc")),
                bad("length with a comma before it", post("Content-Length: ,3\r\n", "abc")),
                bad("length with a form feed", post("Content-Length: \f3\r\n", "abc")),
                bad("length with a fraction", post("Content-Length: 3.0\r\n", "abc")),
                bad("length with an exponent", post("Content-Length: 3e0\r\n", "abc")),
                bad("length in other digits", post("Content-Length: \u00b3\r\n", "abc")),
                bad("length of 2^64 and 3", post("Content-Length: 18446744073709551619\r\n", "abc")),
                bad("quoted length", post("Content-Length: \"3\"\r\n", "abc")),
                bad("length on a folded line", post("Content-Length:\r\n 3\r\n", "abc")),
                bad(
                        "length named in Connection, and chunked",
                        post(
                                "Connection: content-length\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                                "0\r\n\r\n")),
                bad(
                        "length of nothing, and chunked",
                        post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
                bad("empty coding", post("Transfer-Encoding:\r\n", "")),
                bad("comma behind chunked", post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n")),
                bad("comma before chunked", post("Transfer-Encoding: , chunked\r\n", "0\r\n\r\n")),
                bad("parameter on chunked", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")),
                bad("word before chunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
                bad("word behind chunked", post("Transfer-Encoding: chunkedx\r\n", "0\r\n\r\n")),
                bad("two words", post("Transfer-Encoding: chunked identity\r\n", "0\r\n\r\n")),
                bad("list of chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
                bad("identity before chunked", post("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n")),
                bad("no-break space behind chunked", post("Transfer-Encoding: chunked\u00a0\r\n", "0\r\n\r\n")),
                bad("next-line character before chunked", post("Transfer-Encoding: \u0085chunked\r\n", "0\r\n\r\n")),
                bad("tab within chunked", post("Transfer-Encoding: chun\tked\r\n", "0\r\n\r\n")),
                bad("chunked on a folded line", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
                bad("NUL behind chunked", post("Transfer-Encoding: chunked\0\r\n", "0\r\n\r\n")),
                bad(
                        "chunked with another case twice",
                        post("Transfer-Encoding: Chunked\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n")),
                bad("cow before chunked", post("Transfer-Encoding: cow, chunked\r\n", "0\r\n\r\n")),
                bad("underscore in the name of the coding", post("Transfer_Encoding: chunked\r\n", "0\r\n\r\n")));
    }

    /** Where a line and a name end, and what a value holds. */
    private static Stream<Sent> lines() {
        return Stream.of(
                bad("space before colon", get("Transfer-Encoding : chunked\r\n")),
                bad("tab before colon", get("X-A\t: b\r\n")),
                bad("folded line", get("X-A: b\r\n c\r\n")),
                bad("folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
                bad("bare LF in a header", get("X-A: b\nX-B: c\r\n")),
                bad("bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"),
                bad("bare CR in a value", get("X-A: b\rX-B: c\r\n")),
                bad("NUL in a value", get("X-A: b\0c\r\n")),
                bad("control character in a value", get("X-A: b\u0007\r\n")),
                bad("DEL in a value", get("X-A: b\u007f\r\n")),
                bad("NUL in a name", get("X-\0A: b\r\n")),
                bad("space in a name", get("X A: b\r\n")),
                bad("no colon", get("X-A\r\n")),
                bad("empty name", get(": b\r\n")),
                bad("non-ASCII name", get("X-\u00e4: b\r\n")),
                bad("underscore in a name", get("Content_Length: 3\r\n")),
                bad(
                        "space before the first header",
                        "GET / HTTP/1.1\r\n Transfer-Encoding: chunked\r\nHost: a\r\n\r\n"),
                bad("coding behind a bare CR", get("X-A: b\rTransfer-Encoding: chunked\r\n")),
                bad("coding behind a bare LF", get("X-A: b\nTransfer-Encoding: chunked\r\n")),
                bad("NUL before the colon", get("Transfer-Encoding\0: chunked\r\n")),
                bad("vertical tab before the colon", get("Transfer-Encoding\u000b: chunked\r\n")),
                bad("CR in a name", get("Transfer\rEncoding: chunked\r\n")),
                bad("CR CR LF", get("X-A: b\r\r\n")),
                bad("LF CR", "GET / HTTP/1.1\r\nHost: a\n\r\n\r"),
                bad("folded with a tab", get("X-A: b\r\n\tc\r\n")),
                bad("escape character in a value", get("X-A: \u001b[2J\r\n")),
                bad("quoted name", get("\"X-A\": b\r\n")),
                bad("name with a slash", get("X/A: b\r\n")),
                bad("name in brackets", get("X[A]: b\r\n")),
                bad("colon alone", get(":\r\n")),
                bad("no-break space in a name", get("X\u00a0A: b\r\n")),
                bad("bare LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
                bad("bare CR behind the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n"),
                bad("bare LF at the end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\n"));
    }

    /** Whose request it is. */
    private static Stream<Sent> hosts() {
        return Stream.of(
                bad("no host", "GET / HTTP/1.1\r\n\r\n"),
                bad("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                bad("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                bad("host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                bad("host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
                bad("host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                bad("host with bad port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
                bad("unclosed bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
                bad("absolute form of another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("two different hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                bad("host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                bad("host with a query", "GET / HTTP/1.1\r\nHost: a?b\r\n\r\n"),
                bad("host with a fragment", "GET / HTTP/1.1\r\nHost: a#b\r\n\r\n"),
                bad("host with a backslash", "GET / HTTP/1.1\r\nHost: a\\b\r\n\r\n"),
                bad("escaped host", "GET / HTTP/1.1\r\nHost: a%2eb\r\n\r\n"),
                bad("host beyond ASCII", "GET / HTTP/1.1\r\nHost: \u00e4\r\n\r\n"),
                bad("host with a tab", "GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n"),
                bad("address without brackets", "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n"),
                bad("address with a zone", "GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n"),
                bad("text behind the bracket", "GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n"),
                bad("host with empty label", "GET / HTTP/1.1\r\nHost: a..b\r\n\r\n"),
                bad("host that is a dot", "GET / HTTP/1.1\r\nHost: .\r\n\r\n"),
                bad("host without its port", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n"),
                bad("port with a sign", "GET / HTTP/1.1\r\nHost: a:+80\r\n\r\n"),
                bad("port of six digits", "GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n"),
                bad("port beyond 65535", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
                bad("host with a scheme", "GET / HTTP/1.1\r\nHost: http://a\r\n\r\n"),
                bad(
                        "host of 300 characters",
                        "GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n"),
                bad("host on a folded line", "GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n"),
                bad("absolute form with a user", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("absolute form without a host", "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("absolute form with another port", "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("absolute form of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    /** The request line. */
    private static Stream<Sent> targets() {
        return Stream.of(
                bad("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("authority form", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("backslash", "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("backslash in the query", "GET /a?b\\c HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("caret in the path", "GET /a^b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("backtick in the path", "GET /a`b?c HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("control in target", "GET /a\u0001 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("non-ASCII target", "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("tab separator", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("trailing space", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
                bad("no version", "GET /\r\nHost: a\r\n\r\n"),
                bad("lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"),
                bad("odd version", "GET / HTTP/1.1a\r\nHost: a\r\n\r\n"),
                bad("method with a slash", "GE/T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leading empty lines", "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped slash", "GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped backslash", "GET /a%5cb HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped NUL", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("broken escape", "GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root", "GET /../a HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root, escaped", "GET /a/%2e%2e/%2E./b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("parameters on dots", "GET /a/..;x/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("no method", " / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("lower-case method", "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("method in quotes", "\"GET\" / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("method with a control", "G\u0001T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("method with a colon", "GET: / HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("version of three digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
                bad("version with leading zero", "GET / HTTP/01.1\r\nHost: a\r\n\r\n"),
                bad("version with a sign", "GET / HTTP/+1.1\r\nHost: a\r\n\r\n"),
                bad("other protocol", "GET / RTSP/1.0\r\nHost: a\r\n\r\n"),
                bad("two versions", "GET / HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("space in target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("NUL in target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("DEL in target", "GET /a\u007f HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("angle bracket in target", "GET /<a> HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("quote in target", "GET /\"a HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("no-break space in target", "GET /a\u00a0b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("target without a slash", "GET a/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root, escaped slash", "GET /..%2f..%2fetc/passwd HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root, escaped backslash", "GET /..%5c..%5cetc/passwd HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root, all escaped", "GET /%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root at the end", "GET /a/../.. HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("leaves the root behind two slashes", "GET //../a HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("parameters in the path", "GET /admin;x=1 HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped parameters", "GET /admin%3bx HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped line feed", "GET /a%0d%0aX-A:b HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escaped DEL", "GET /a%7f HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escape in other notation", "GET /%u002e%u002e/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("escape with a sign", "GET /a%+2 HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    /** What stands around the pieces of a body, and behind it. */
    private static Stream<Sent> chunks() {
        return Stream.of(
                bad("chunk size with sign", chunks("+5\r\nhello\r\n0\r\n\r\n")),
                bad("chunk size with prefix", chunks("0x5\r\nhello\r\n0\r\n\r\n")),
                bad("chunk size with space", chunks("5 \r\nhello\r\n0\r\n\r\n")),
                bad("huge chunk size", chunks("fffffffff\r\nhello\r\n0\r\n\r\n")),
                bad("chunk line with bare LF", chunks("5\nhello\r\n0\r\n\r\n")),
                bad("chunk longer than it says", chunks("5\r\nhello!\r\n0\r\n\r\n")),
                bad("long chunk extension", chunks("5;" + "x".repeat(600) + "\r\nhello\r\n0\r\n\r\n")),
                bad("control in chunk extension", chunks("5;\u0001\r\nhello\r\n0\r\n\r\n")),
                bad("bare CR in chunk extension", chunks("5;a\rb\r\nhello\r\n0\r\n\r\n")),
                bad("folded trailer", chunks("0\r\nA: b\r\n c\r\n\r\n")),
                bad("underscore in trailer", chunks("0\r\nA_b: c\r\n\r\n")),
                bad("many trailers", chunks("0\r\n" + "A: b\r\n".repeat(101) + "\r\n")),
                bad("long trailers", chunks("0\r\nA: " + "b".repeat(33 << 10) + "\r\n\r\n")),
                bad("no chunk size", chunks("\r\nhello\r\n0\r\n\r\n")),
                bad("negative chunk size", chunks("-5\r\nhello\r\n0\r\n\r\n")),
                bad("chunk size with an underscore", chunks("0_5\r\nhello\r\n0\r\n\r\n")),
                bad("chunk size with a dot", chunks("5.0\r\nhello\r\n0\r\n\r\n")),
                bad("chunk size beyond 64 bits", chunks("10000000000000005\r\nhello\r\n0\r\n\r\n")),
                bad("chunk size of many zeros", chunks("000000005\r\nhello\r\n0\r\n\r\n")),
                bad("tab before chunk size", chunks("\t5\r\nhello\r\n0\r\n\r\n")),
                bad("chunk extension with bare LF", chunks("5;\nhello\r\n0\r\n\r\n")),
                bad("NUL in chunk extension", chunks("5;a\0b\r\nhello\r\n0\r\n\r\n")),
                bad("bare CR behind chunk size", chunks("5\rhello\r\n0\r\n\r\n")),
                bad("chunk without its end", chunks("5\r\nhello0\r\n\r\n")),
                bad("chunk that ends in LF", chunks("5\r\nhello\n0\r\n\r\n")),
                bad("last chunk with LF", chunks("0\n\n")),
                bad("end of trailers with LF", chunks("0\r\n\n")),
                bad("trailer without colon", chunks("0\r\nabc\r\n\r\n")),
                bad("bare CR in trailer", chunks("0\r\nA: b\rc\r\n\r\n")),
                bad("space in trailer name", chunks("0\r\nA : b\r\n\r\n")));
    }

    /** What is too much, and what is not served. */
    private static Stream<Sent> bounds() {
        return Stream.of(
                new Sent("CONNECT", 405, "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
                new Sent("TRACE", 405, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
                new Sent("HTTP/2.0", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
                new Sent("HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
                new Sent("other expectation", 417, get("Expect: 200-ok\r\n")),
                new Sent("long line", 414, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                new Sent("large head", 431, get(("X-A: " + "b".repeat(8000) + "\r\n").repeat(6))),
                new Sent("many headers", 431, get("X-A: b\r\n".repeat(101))),
                new Sent("announced body too large", 413, post("Content-Length: 1048577\r\n", "")),
                new Sent("chunked body too large", 413, chunks("200000\r\n" + "x".repeat(1 << 20) + "xx")),
                new Sent("endless first line", 414, "GET /" + "a".repeat(20_000)),
                new Sent("endless header", 431, "GET / HTTP/1.1\r\nHost: a\r\nX-A: " + "b".repeat(60_000)),
                new Sent("HTTP/3.0", 505, "GET / HTTP/3.0\r\nHost: a\r\n\r\n"),
                bad("many options in Connection", get("Connection: b" + ",b".repeat(32) + "\r\n")),
                bad("many options in several Connection fields", get("Connection: b,,,\r\n".repeat(9))),
                new Sent("two expectations", 417, get("Expect: 100-continue, other\r\n")));
    }

    /** What is served, since it can be read in one way only. */
    public static Stream<Sent> clear() {
        return Stream.of(
                good("one empty line before", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("absolute form", "GET http://a/b HTTP/1.1\r\nHost: A\r\n\r\n"),
                good("address in brackets", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
                good("empty value and spaces around one", "GET / HTTP/1.1\r\nHost: a\r\nX-A:\r\nX-B:   c  \r\n\r\n"),
                good("value beyond ASCII", "GET / HTTP/1.1\r\nHost: a\r\nX-A: \u00e4\tb\r\n\r\n"),
                good("other method", "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("length of nothing", "POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 0\r\n\r\n"),
                good(
                        "chunked of nothing",
                        "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\n\r\n0;a=b\r\n\r\n"),
                good("escaped percent and slash in the query", "GET /a%25b?c=%2f HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n"),
                good("host with its root dot", "GET / HTTP/1.1\r\nHost: a.\r\n\r\n"),
                good(
                        "field named in Connection",
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, x-a\r\nX-A: b\r\n\r\n"),
                good(
                        "upgrade to HTTP/2",
                        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"),
                good("dots escaped twice", "GET /a%252e%252e/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("length with leading zeros", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0003\r\n\r\nabc"),
                good("quoted chunk extension and a trailer", chunks("5;a=\"b c\"\r\nhello\r\n0\r\nA: b\r\n\r\n")),
                good("chunk size with leading zeros", chunks("0005\r\nhello\r\n0\r\n\r\n")),
                good("overlong dots in the path", "GET /%c0%ae%c0%ae/a HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("escape beyond ASCII", "GET /a%ff HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("bar in the path", "GET /a|b HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("braces in the path", "GET /{a} HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("direction mark in the path", "GET /a%E2%80%AEb HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("empty path of absolute form", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("query of absolute form", "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("capital scheme", "GET HTTP://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("dots that stay inside", "GET /a/b/../c HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("two slashes", "GET /a//b HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("caret and backtick in the query", "GET /a?b=^`?^ HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("absolute form of https", "GET https://a/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("question mark alone", "GET /? HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("host with hyphens", "GET / HTTP/1.1\r\nHost: -a-\r\n\r\n"),
                good("host with an underscore", "GET / HTTP/1.1\r\nHost: a_b\r\n\r\n"),
                good("host of numbers", "GET / HTTP/1.1\r\nHost: 1.2.3.4.5\r\n\r\n"),
                good("highest port", "GET / HTTP/1.1\r\nHost: a:65535\r\n\r\n"),
                good("port of nothing", "GET / HTTP/1.1\r\nHost: a:0\r\n\r\n"),
                good("long method", "ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("body of GET", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
                good(
                        "chunked body of GET",
                        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
                good("body of DELETE", "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
                good("POST without length", "POST / HTTP/1.1\r\nHost: a\r\n\r\n"),
                good("HTTP/1.0 with host", "GET / HTTP/1.0\r\nHost: a\r\n\r\n"),
                good("HTTP/1.0 with a body", "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc"),
                good("bytes that are no UTF-8", get("X-A: \u00ff\u00fe\r\n")),
                good("value of tabs", get("X-A: \t\t\r\n")),
                good("empty options", get("Connection: ,,,\r\n")),
                good("32 options", get("Connection: b" + ",b".repeat(31) + "\r\n")),
                good("host named in Connection", get("Connection: host\r\n")),
                good("other option", get("Connection: \"close\"\r\n")),
                good("codings to take", get("TE: gzip;q=0.5\r\n")),
                good("announced trailer", get("Trailer: content-length\r\n")),
                good("old keep-alive", get("Proxy-Connection: keep-alive\r\n")),
                good("two cookies", get("Cookie: a=b\r\nCookie: c=d\r\n")),
                good("two tokens", get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")),
                good("names with every token character", get("X-!#$%&'*+.^`|~9: a\r\n")),
                good("many ranges", get("Range: bytes=0-,0-,0-,0-\r\n")),
                good("leave for no body", get("Expect: 100-continue\r\n")),
                good("capital chunk size", chunks("A\r\nhellohello\r\n0\r\n\r\n")),
                good("empty chunk extensions", chunks("5;;\r\nhello\r\n0\r\n\r\n")),
                good("space before chunk extension", chunks("5;  a = b\r\nhello\r\n0\r\n\r\n")),
                good("length among trailers", chunks("5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n")));
    }

    private static Sent good(String name, String bytes) {
        return new Sent(name, 200, bytes);
    }
}
