package io.gatehouse.admin;

/**
 * A signed-in page. It is spoken for by two secrets together: the cookie, which scripts cannot read, and the page key, which
 * only scripts of this very origin can. Cookies reach every port of a host, so the cookie alone opens nothing.
 *
 * @param token with which it was opened; the session ends when that token is withdrawn
 * @param pageKey sent by the page in {@code X-Gatehouse-Page-Key}
 * @param expiresAt epoch milliseconds
 */
record Session(AdminToken token, String pageKey, long expiresAt) {}
