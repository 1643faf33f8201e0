package io.gatehouse.peers;

import com.netflix.zuul.Filter;
import com.netflix.zuul.filters.FilterType;
import com.netflix.zuul.filters.http.HttpInboundSyncFilter;
import com.netflix.zuul.message.http.HttpRequestMessage;
import com.netflix.zuul.netty.filter.ZuulEndPointRunner;

/** The one filter of the chain: every request goes to the origin. */
@Filter(order = 0, type = FilterType.INBOUND)
public final class RouteToOrigin extends HttpInboundSyncFilter {

    /** The origin's name, under which its properties stand. */
    static final String ORIGIN = "origin";

    /** Called by Zuul's filter loader. */
    public RouteToOrigin() {}

    @Override
    public int filterOrder() {
        return 0;
    }

    @Override
    public boolean shouldFilter(HttpRequestMessage request) {
        return true;
    }

    @Override
    public HttpRequestMessage apply(HttpRequestMessage request) {
        request.getContext().setEndpoint(ZuulEndPointRunner.PROXY_ENDPOINT_FILTER_NAME);
        request.getContext().setRouteVIP(ORIGIN);
        return request;
    }
}
