package io.gatehouse.audit.file;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How a log in files is kept.
 *
 * @param folder the log's own folder, made with mode 0700; the signing key lies beside it as {@code <folder>.key}
 * @param node the node's name, which every event carries
 * @param checkpoint the longest time that a new event stays without a signed checkpoint
 * @param segmentBytes size at which a segment is ended and the next begun
 * @param queueEvents events that may wait for the writer; rounded up to a power of two
 * @param queueBytes characters of text in the events that may wait
 * @param eventBytes encoded size above which an event is recorded truncated with its digest
 */
public record AuditSettings(
        Path folder,
        String node,
        Duration checkpoint,
        long segmentBytes,
        int queueEvents,
        long queueBytes,
        int eventBytes) {
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public AuditSettings {
        require(NODE.matcher(node).matches(), "node", "1 to 64 letters, digits, dots, dashes or underscores", node);
        require(checkpoint.compareTo(Duration.ofMillis(10)) >= 0, "checkpoint", "10ms or more", checkpoint);
        require(segmentBytes >= 64 << 10 && segmentBytes <= 1 << 30, "segmentBytes", "64KiB to 1GiB", segmentBytes);
        require(queueEvents >= 16 && queueEvents <= 1 << 22, "queueEvents", "16 to 4194304", queueEvents);
        require(queueBytes >= 64 << 10, "queueBytes", "64KiB or more", queueBytes);
        require(eventBytes >= 40 << 10 && eventBytes <= 1 << 20, "eventBytes", "40KiB to 1MiB", eventBytes);
    }

    /** The defaults: a checkpoint each second, segments of 64 MiB, a queue of 16,384 events and 64 MiB, events of 64 KiB. */
    public static AuditSettings of(Path folder, String node) {
        return new AuditSettings(folder, node, Duration.ofSeconds(1), 64L << 20, 16_384, 64L << 20, 64 << 10);
    }

    public AuditSettings withCheckpoint(Duration interval) {
        return new AuditSettings(folder, node, interval, segmentBytes, queueEvents, queueBytes, eventBytes);
    }

    public AuditSettings withSegmentBytes(long bytes) {
        return new AuditSettings(folder, node, checkpoint, bytes, queueEvents, queueBytes, eventBytes);
    }

    public AuditSettings withQueue(int events, long bytes) {
        return new AuditSettings(folder, node, checkpoint, segmentBytes, events, bytes, eventBytes);
    }

    private static void require(boolean holds, String key, String expected, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": expected " + expected + ", got `" + got + "`");
        }
    }
}
