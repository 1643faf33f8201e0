package io.gatehouse.console;

/**
 * One file of the page.
 *
 * @param path where it is served, such as {@code /console/app.js}
 * @param bytes never changed by anyone
 * @param etag strong, quoted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying it would cost each request
public record Asset(String path, String contentType, byte[] bytes, String etag) {}
