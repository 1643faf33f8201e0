package io.gatehouse.audit.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What a restart needs to know, in the file {@code state}: five lines, the last a CRC-32C over the others.
 *
 * @param open whether a process has the log open, or died with it open
 * @param sequence open: every number below may have been given to an event; closed: the next number
 * @param window how many events can have been accepted and not yet written
 */
record LogState(boolean open, long sequence, long window) {
    private static final Pattern FORM = Pattern.compile("""
            gatehouse audit state 1
            (open|closed)
            sequence (0|[1-9]\\d{0,17})
            window (0|[1-9]\\d{0,17})
            """);

    String text() {
        String body = "gatehouse audit state 1\n" + (open ? "open" : "closed") + "\nsequence " + sequence + "\nwindow "
                + window + "\n";
        return body + checksumLine(body);
    }

    /** Reads the text form, or throws {@link IllegalArgumentException}. */
    static LogState parse(String text) {
        int last = text.lastIndexOf("crc32c ");
        String body = last < 0 ? text : text.substring(0, last);
        var matcher = FORM.matcher(body);
        if (!matcher.matches() || !text.equals(body + checksumLine(body))) {
            throw new IllegalArgumentException("malformed, or its checksum does not hold");
        }
        return new LogState(
                matcher.group(1).equals("open"), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
    }

    static LogState read(Path file) throws IOException {
        return parse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    }

    void write(Disk disk, Path file) throws IOException {
        LogFolder.replace(disk, file, text().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String checksumLine(String body) {
        var crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
        return String.format(Locale.ROOT, "crc32c %08x\n", crc.getValue());
    }
}
