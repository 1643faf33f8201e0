package io.gatehouse.peers;

import com.netflix.appinfo.InstanceInfo;
import com.netflix.client.config.CommonClientConfigKey;
import com.netflix.client.config.IClientConfig;
import com.netflix.loadbalancer.AbstractServerList;
import com.netflix.niws.loadbalancer.DiscoveryEnabledServer;
import java.util.List;

/** The server list without Eureka: the address in the property {@code origin.ribbon.listOfServers}. */
public final class OneOrigin extends AbstractServerList<DiscoveryEnabledServer> {

    private List<DiscoveryEnabledServer> servers = List.of();

    /** Called by Ribbon, which then gives the configuration. */
    public OneOrigin() {}

    @Override
    public void initWithNiwsConfig(IClientConfig configuration) {
        var address = configuration.get(CommonClientConfigKey.ListOfServers).split(":");
        var origin = InstanceInfo.Builder.newBuilder()
                .setAppName(RouteToOrigin.ORIGIN)
                .setVIPAddress(RouteToOrigin.ORIGIN)
                .setHostName(address[0])
                .setIPAddr(address[0])
                .setPort(Integer.parseInt(address[1]))
                .build();
        servers = List.of(new DiscoveryEnabledServer(origin, false));
    }

    @Override
    public List<DiscoveryEnabledServer> getInitialListOfServers() {
        return servers;
    }

    @Override
    public List<DiscoveryEnabledServer> getUpdatedListOfServers() {
        return servers;
    }
}
