package io.gatehouse.filters.compress;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;

/** Which codings a client takes, and which it would rather have (RFC 9110, 12.5.3). */
final class AcceptEncoding {
    private static final int NOT_NAMED = -1;

    private int gzip = NOT_NAMED;
    private int identity = NOT_NAMED;
    private int any = NOT_NAMED;

    private AcceptEncoding() {}

    /** Whether the client takes gzip at least as gladly as the plain content. A weight that is malformed counts as zero. */
    static boolean prefersGzip(HttpHeaders request) {
        Iterator<? extends CharSequence> values = request.valueCharSequenceIterator("accept-encoding");
        if (!values.hasNext()) {
            return false;
        }
        var accepted = new AcceptEncoding();
        while (values.hasNext()) {
            accepted.read(values.next().toString());
        }
        int weight = accepted.gzip == NOT_NAMED ? accepted.any : accepted.gzip;
        return weight > 0 && weight >= accepted.identity;
    }

    private void read(String value) {
        int start = 0;
        while (start <= value.length()) {
            int comma = value.indexOf(',', start);
            int end = comma < 0 ? value.length() : comma;
            element(value, start, end);
            start = end + 1;
        }
    }

    private void element(String value, int start, int end) {
        int semicolon = value.indexOf(';', start, end);
        int nameEnd = semicolon < 0 ? end : semicolon;
        var name = value.substring(start, nameEnd).strip();
        int weight =
                nameEnd == end ? 1000 : weight(value.substring(nameEnd + 1, end).strip());
        if (name.equalsIgnoreCase("gzip") || name.equalsIgnoreCase("x-gzip")) {
            gzip = weight;
        } else if (name.equalsIgnoreCase("identity")) {
            identity = weight;
        } else if (name.equals("*")) {
            any = weight;
        }
    }

    /** {@code q=0.xyz} or {@code q=1} in thousandths. */
    private static int weight(String text) {
        if (text.length() < 3 || text.length() > 7 || !text.regionMatches(true, 0, "q=", 0, 2)) {
            return 0;
        }
        int thousandths = 0;
        int unit = 1000;
        for (int i = 2; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i == 3 ? c != '.' : c < '0' || c > '9') {
                return 0;
            }
            if (i != 3) {
                thousandths += (c - '0') * unit;
                unit /= 10;
            }
        }
        return thousandths > 1000 ? 0 : thousandths;
    }
}
