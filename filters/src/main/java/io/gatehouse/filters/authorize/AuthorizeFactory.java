package io.gatehouse.filters.authorize;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code authorize} filters. */
public final class AuthorizeFactory implements FilterFactory<AuthorizeConfig> {
    @Override
    public String name() {
        return "authorize";
    }

    @Override
    public Class<AuthorizeConfig> configType() {
        return AuthorizeConfig.class;
    }

    @Override
    public Phase phase(AuthorizeConfig config) {
        return Phase.AUTHORIZE;
    }

    @Override
    public Filter create(AuthorizeConfig config, Services services) {
        return new AuthorizeFilter(services.meters());
    }
}
