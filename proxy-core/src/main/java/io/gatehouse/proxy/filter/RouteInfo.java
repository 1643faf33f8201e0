package io.gatehouse.proxy.filter;

import java.util.List;

/**
 * What filters may know of the route that matched.
 *
 * @param name unique within the configuration
 * @param tenant whose route it is
 * @param boundHeaders lower-case names of the request headers that an approval binds
 */
public record RouteInfo(String name, String tenant, List<String> boundHeaders) {
    public RouteInfo {
        boundHeaders = List.copyOf(boundHeaders);
    }
}
