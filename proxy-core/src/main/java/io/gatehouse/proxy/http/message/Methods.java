package io.gatehouse.proxy.http.message;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** Request methods without allocation for the usual ones. */
public final class Methods {
    private static final HttpMethod[] USUAL = {
        HttpMethod.GET,
        HttpMethod.POST,
        HttpMethod.PUT,
        HttpMethod.DELETE,
        HttpMethod.PATCH,
        HttpMethod.HEAD,
        HttpMethod.OPTIONS,
        HttpMethod.TRACE,
        HttpMethod.CONNECT
    };
    private static final int MAX_LENGTH = 32;

    private Methods() {}

    /** The method that the first {@code length} bytes spell. */
    public static HttpMethod of(byte[] bytes, int length) {
        return of(bytes, 0, length);
    }

    /** The method of this name. */
    static HttpMethod of(AsciiString name) {
        return of(name.array(), name.arrayOffset(), name.length());
    }

    private static HttpMethod of(byte[] bytes, int from, int length) {
        for (var method : USUAL) {
            if (spells(bytes, from, length, method.name())) {
                return method;
            }
        }
        boolean good = length > 0 && length <= MAX_LENGTH;
        for (int i = 0; good && i < length; i++) {
            good = HeaderName.isToken(bytes[from + i]);
        }
        if (!good) {
            throw MalformedException.badRequest("the method is longer than allowed, or none");
        }
        return new HttpMethod(new String(bytes, from, length, StandardCharsets.ISO_8859_1));
    }

    private static boolean spells(byte[] bytes, int from, int length, String name) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Safe to send again where it is certain that no answer came (RFC 9110, 9.2.2), and without a body. */
    public static boolean isRepeatable(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD) || method.equals(HttpMethod.OPTIONS);
    }

    /** Meant to have the same effect once or several times (RFC 9110, 9.2.2). */
    public static boolean isIdempotent(HttpMethod method) {
        return isRepeatable(method) || method.equals(HttpMethod.PUT) || method.equals(HttpMethod.DELETE);
    }
}
