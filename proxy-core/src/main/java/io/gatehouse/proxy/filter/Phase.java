package io.gatehouse.proxy.filter;

/** Where in a chain a filter stands; within a phase, filters keep the order in which they are written. */
public enum Phase {
    /** Request id, access log, address filter, limits by address, CORS, security headers, body limit. */
    EDGE,
    /** Who asks. */
    IDENTIFY,
    /** How often. */
    LIMIT,
    /** Whatever changes target, arguments or body, so that nothing is judged and then changed. */
    TRANSFORM,
    /** May they. */
    AUTHORIZE,
    /** Did a person agree. */
    APPROVE,
    /** Credentials and hop headers; nothing that was judged. */
    INJECT
}
