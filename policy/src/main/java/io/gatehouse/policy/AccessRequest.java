package io.gatehouse.policy;

/** One question to the policies: may this principal do this action to this resource, in this context? */
public interface AccessRequest {
    Principal principal();

    Action action();

    Resource resource();

    /**
     * Read in conditions as {@code context.NAME}: {@code time} (epoch milliseconds), {@code address} (client address),
     * {@code scheme}, {@code host}, {@code method}, {@code path}, {@code route}, {@code listener}, {@code headers} (map, lower-case
     * names), {@code tls} (map; absent where the client showed no certificate).
     */
    Attributes context();

    /** The name of the route that matched, for targets. */
    String routeName();
}
