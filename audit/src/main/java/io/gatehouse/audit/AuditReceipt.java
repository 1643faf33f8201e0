package io.gatehouse.audit;

/**
 * Proof that an event was taken.
 *
 * @param id the event's UUIDv7
 * @param index its place in the log, from 0
 */
public record AuditReceipt(String id, long index) {}
