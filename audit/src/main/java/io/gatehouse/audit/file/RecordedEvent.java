package io.gatehouse.audit.file;

/**
 * An event as it was recorded.
 *
 * @param index its place in the log, from 0
 * @param leaf its commitment, in base 64
 * @param salt the salt of the payload's digest, in base 64
 * @param payload the event as JSON, exactly as it was digested
 */
public record RecordedEvent(long index, String leaf, String salt, String payload) {}
