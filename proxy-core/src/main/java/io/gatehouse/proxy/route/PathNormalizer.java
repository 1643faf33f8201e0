package io.gatehouse.proxy.route;

import java.util.ArrayList;

/**
 * Brings a path into the one form that routes and policies judge and targets receive (RFC 3986, 6.2.2): unreserved characters
 * decoded, other escapes in upper case, dot segments and duplicate slashes resolved. What two servers could read differently
 * is refused: path parameters, which some servers drop ({@code /admin;x} is {@code /admin} to them), escaped slashes,
 * backslashes and control characters, and a path that leaves the root.
 */
public final class PathNormalizer {
    private PathNormalizer() {}

    /**
     * The normal form of {@code path}, which begins with a slash and has no query.
     *
     * @throws IllegalArgumentException where the path is refused; the message says why
     */
    public static String normalize(String path) {
        return isNormal(path) ? path : resolve(decode(path));
    }

    private static boolean isNormal(String path) {
        char before = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' || c == ';' || c == '\\' || (before == '/' && (c == '/' || c == '.'))) {
                return false;
            }
            before = c;
        }
        return true;
    }

    private static String decode(String path) {
        var out = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\') {
                throw new IllegalArgumentException("the path holds a backslash");
            }
            if (c == ';') {
                throw new IllegalArgumentException("the path holds parameters, which some servers would drop");
            }
            if (c != '%') {
                out.append(c);
                continue;
            }
            int value = escaped(path, i);
            if (value < 0x20 || value == 0x7f) {
                throw new IllegalArgumentException("the path holds an escaped control character");
            }
            if (value == '/' || value == '\\' || value == ';') {
                throw new IllegalArgumentException("the path holds an escaped slash, backslash or semicolon");
            }
            if (isUnreserved(value)) {
                out.append((char) value);
            } else {
                out.append('%').append(hex(value >> 4)).append(hex(value & 15));
            }
            i += 2;
        }
        return out.toString();
    }

    private static int escaped(String path, int at) {
        int high = at + 2 < path.length() ? Character.digit(path.charAt(at + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(path.charAt(at + 2), 16);
        if (low < 0) {
            throw new IllegalArgumentException("the path holds a broken escape");
        }
        return high << 4 | low;
    }

    private static String resolve(String path) {
        var segments = new ArrayList<String>();
        boolean directory = false;
        int start = 1;
        while (start <= path.length()) {
            int end = path.indexOf('/', start);
            boolean last = end < 0;
            var segment = path.substring(start, last ? path.length() : end);
            directory = segment.isEmpty();
            if (segment.equals(".") || segment.equals("..")) {
                directory = true;
                if (segment.length() == 2) {
                    if (segments.isEmpty()) {
                        throw new IllegalArgumentException("the path leaves the root");
                    }
                    segments.removeLast();
                }
            } else if (!segment.isEmpty()) {
                segments.add(segment);
            }
            if (last) {
                break;
            }
            start = end + 1;
        }
        if (segments.isEmpty()) {
            return "/";
        }
        return "/" + String.join("/", segments) + (directory ? "/" : "");
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static char hex(int digit) {
        return (char) (digit < 10 ? '0' + digit : 'A' + digit - 10);
    }
}
