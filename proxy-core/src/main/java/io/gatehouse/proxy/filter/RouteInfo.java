package io.gatehouse.proxy.filter;

import io.gatehouse.proxy.route.PathPattern;
import java.util.List;

/**
 * What filters may know of the route that matched.
 *
 * @param name unique within the configuration
 * @param tenant whose route it is
 * @param boundHeaders lower-case names of the request headers that an approval binds
 * @param path what its paths look like
 */
public record RouteInfo(String name, String tenant, List<String> boundHeaders, PathPattern path) {
    private static final PathPattern ANY = PathPattern.parse("/**");

    public RouteInfo {
        boundHeaders = List.copyOf(boundHeaders);
    }

    /** A route that takes every path. */
    public RouteInfo(String name, String tenant, List<String> boundHeaders) {
        this(name, tenant, boundHeaders, ANY);
    }
}
