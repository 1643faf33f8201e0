package io.gatehouse.adapters.mcp;

import io.gatehouse.adapters.target.EngineFailedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes server-sent events apart as their bytes come: fed in any pieces, gives the data of each whole event. */
final class SseReader {
    private final int limit;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean afterReturn;
    private boolean first = true;

    /** @param limit bytes of one line, and characters of one event, before the stream is given up */
    SseReader(int limit) {
        this.limit = limit;
    }

    /** The data of the events that end in {@code bytes}. */
    List<String> feed(byte[] bytes) {
        var events = new ArrayList<String>();
        for (byte b : bytes) {
            if (b == '\n' && afterReturn) {
                afterReturn = false; // the second half of CR LF
                continue;
            }
            afterReturn = b == '\r';
            if (b == '\n' || b == '\r') {
                endLine(events);
            } else {
                line.write(b);
                check(line.size());
            }
        }
        return events;
    }

    private void endLine(List<String> events) {
        var text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (first) {
            first = false;
            text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
        if (text.isEmpty()) {
            if (hasData) {
                events.add(data.toString());
            }
            data.setLength(0);
            hasData = false;
        } else if (text.equals("data") || text.startsWith("data:")) {
            append(
                    text.length() > 5 && text.charAt(5) == ' '
                            ? text.substring(6)
                            : text.substring(Math.min(5, text.length())));
        }
    }

    private void append(String value) {
        if (hasData) {
            data.append('\n');
        }
        data.append(value);
        hasData = true;
        check(data.length());
    }

    private void check(int size) {
        if (size > limit) {
            throw new EngineFailedException(
                    "the server sent an event larger than " + limit + " bytes; the call may have run");
        }
    }
}
