package io.gatehouse.filters.authn.apikey;

import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.FilterFactory;
import io.gatehouse.proxy.filter.Phase;
import io.gatehouse.proxy.filter.Services;

/** Makes {@code api-key} filters. */
public final class ApiKeyFactory implements FilterFactory<ApiKeyConfig> {
    @Override
    public String name() {
        return "api-key";
    }

    @Override
    public Class<ApiKeyConfig> configType() {
        return ApiKeyConfig.class;
    }

    @Override
    public Phase phase(ApiKeyConfig config) {
        return Phase.IDENTIFY;
    }

    @Override
    public Filter create(ApiKeyConfig config, Services services) {
        var clients = new KeyTable(config.keys().stream().map(KnownClient::of).toList());
        return new ApiKeyFilter(clients, new KeyPlaces(config.in()), config.realm(), services.meters());
    }
}
