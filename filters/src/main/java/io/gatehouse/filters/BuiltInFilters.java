package io.gatehouse.filters;

import io.gatehouse.filters.address.IpFilterFactory;
import io.gatehouse.filters.approve.ApproveFactory;
import io.gatehouse.filters.authn.apikey.ApiKeyFactory;
import io.gatehouse.filters.authorize.AuthorizeFactory;
import io.gatehouse.filters.compress.CompressFactory;
import io.gatehouse.filters.cors.CorsFactory;
import io.gatehouse.filters.edge.AccessLogFactory;
import io.gatehouse.filters.edge.BodyLimitFactory;
import io.gatehouse.filters.edge.HeadersFactory;
import io.gatehouse.filters.edge.RequestIdFactory;
import io.gatehouse.filters.edge.SecurityHeadersFactory;
import io.gatehouse.filters.ratelimit.RateLimitFactory;
import io.gatehouse.filters.routing.HttpsOnlyFactory;
import io.gatehouse.filters.routing.RedirectFactory;
import io.gatehouse.filters.routing.RespondFactory;
import io.gatehouse.filters.routing.RewriteFactory;
import io.gatehouse.proxy.filter.FilterFactory;
import java.util.List;

/** Every filter that comes with the gateway. */
public final class BuiltInFilters {
    private BuiltInFilters() {}

    /** New factories; a gateway makes them once, since some share a resource among the filters they make. */
    public static List<FilterFactory<?>> factories() {
        return List.of(
                new RequestIdFactory(),
                new AccessLogFactory(),
                new HeadersFactory(),
                new SecurityHeadersFactory(),
                new CorsFactory(),
                new HttpsOnlyFactory(),
                new IpFilterFactory(),
                new BodyLimitFactory(),
                new ApiKeyFactory(),
                new RateLimitFactory(),
                new CompressFactory(),
                new RewriteFactory(),
                new AuthorizeFactory(),
                new ApproveFactory(),
                new RedirectFactory(),
                new RespondFactory());
    }
}
