package io.gatehouse.peers;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.config.ConfigurationManager;
import com.netflix.netty.common.channel.config.CommonChannelConfigKeys;
import com.netflix.netty.common.metrics.EventLoopGroupMetrics;
import com.netflix.netty.common.status.ServerStatusManager;
import com.netflix.spectator.api.DefaultRegistry;
import com.netflix.spectator.api.Registry;
import com.netflix.zuul.BasicRequestCompleteHandler;
import com.netflix.zuul.DynamicFilterLoader;
import com.netflix.zuul.FilterLoader;
import com.netflix.zuul.context.ZuulSessionContextDecorator;
import com.netflix.zuul.filters.MutableFilterRegistry;
import com.netflix.zuul.netty.server.BaseServerStartup;
import com.netflix.zuul.netty.server.DefaultEventLoopConfig;
import com.netflix.zuul.netty.server.DirectMemoryMonitor;
import com.netflix.zuul.netty.server.NamedSocketAddress;
import com.netflix.zuul.netty.server.ZuulServerChannelInitializer;
import com.netflix.zuul.origins.BasicNettyOriginManager;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import java.net.InetSocketAddress;
import java.util.Map;

/** Zuul with one filter, without Eureka and without an access log, on one event loop beside the one that accepts. */
public final class ZuulGateway extends BaseServerStartup {

    private final int port;

    private ZuulGateway(int port, Registry registry, ApplicationInfoManager instance) {
        super(
                new ServerStatusManager(instance),
                filters(),
                new ZuulSessionContextDecorator(new BasicNettyOriginManager(registry)),
                (filter, status) -> {},
                new BasicRequestCompleteHandler(),
                registry,
                new DirectMemoryMonitor(registry),
                new EventLoopGroupMetrics(registry),
                new DefaultEventLoopConfig(1, 1),
                null,
                instance,
                null);
        this.port = port;
    }

    private static FilterLoader filters() {
        var filters = new MutableFilterRegistry();
        filters.put(RouteToOrigin.class.getName(), new RouteToOrigin());
        // nothing is to be compiled or made by name
        return new DynamicFilterLoader(filters, null, null);
    }

    @Override
    protected Map<NamedSocketAddress, ChannelInitializer<?>> chooseAddrsAndChannels(ChannelGroup clients) {
        var configuration = defaultChannelConfig("main");
        configuration.set(CommonChannelConfigKeys.withProxyProtocol, false);
        configuration.set(CommonChannelConfigKeys.preferProxyProtocolForClientIp, false);
        var initializer = new ZuulServerChannelInitializer(
                Integer.toString(port), configuration, defaultChannelDependencies("main"), clients);
        return Map.of(new NamedSocketAddress("main", new InetSocketAddress("127.0.0.1", port)), initializer);
    }

    /** Serves on the first port in front of the origin on the second, until the process ends. */
    public static void main(String[] arguments) throws Exception {
        var properties = ConfigurationManager.getConfigInstance();
        var origin = RouteToOrigin.ORIGIN + ".ribbon.";
        properties.setProperty(origin + "NIWSServerListClassName", OneOrigin.class.getName());
        properties.setProperty(origin + "listOfServers", "127.0.0.1:" + arguments[1]);
        // as many connections to the origin as clients ask for, all of them kept
        properties.setProperty(origin + "MaxConnectionsPerHost", -1);
        properties.setProperty(origin + "PerServerWaterline", -1);
        properties.setProperty(origin + "MaxRequestsPerConnection", Integer.MAX_VALUE);
        properties.setProperty("zuul.origin." + RouteToOrigin.ORIGIN + ".concurrency.protect.enabled", false);
        properties.setProperty("server.connection.max.requests", Integer.MAX_VALUE);
        // seconds that a client may hold up the end
        properties.setProperty("server.outofservice.close.timeout", 1);

        var self = InstanceInfo.Builder.newBuilder().setAppName("zuul").build();
        var gateway = new ZuulGateway(
                Integer.parseInt(arguments[0]), new DefaultRegistry(), new ApplicationInfoManager(null, self, null));
        gateway.init();
        gateway.server().start();
        gateway.server().awaitTermination();
    }
}
