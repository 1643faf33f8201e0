package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.Positions;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.UpstreamConfig;
import io.gatehouse.proxy.tls.ClientTls;
import io.gatehouse.proxy.tls.ServerTls;
import io.gatehouse.proxy.tls.UnusableTlsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds what is wrong with the files of listeners and upstreams that speak TLS. */
final class CertificateChecks {
    private final Positions positions;
    private final Path folder;
    private final List<ConfigError> errors = new ArrayList<>();

    private CertificateChecks(Positions positions, Path folder) {
        this.positions = positions;
        this.folder = folder;
    }

    /** Reads every file; relative paths begin in {@code folder}. */
    static CertificateChecks of(GatewayConfig config, Positions positions, Path folder) {
        var checks = new CertificateChecks(positions, folder);
        var listeners = config.server().listeners();
        for (int i = 0; i < listeners.size(); i++) {
            checks.check("server.listeners[" + i + "].tls", listeners.get(i));
        }
        config.upstreams().forEach(checks::check);
        return checks;
    }

    List<ConfigError> errors() {
        return errors;
    }

    private void check(String path, ListenerConfig listener) {
        var tls = listener.tls();
        if (tls != null) {
            try {
                ServerTls.load(tls, folder, listener.protocols());
            } catch (UnusableTlsException refused) {
                refuse(path, "listener `" + listener.name() + "`: ", refused);
            }
        }
    }

    private void check(String name, UpstreamConfig upstream) {
        var tls = upstream.tls();
        if (tls != null) {
            try {
                ClientTls.load(tls, folder, List.of(), upstream.timeouts().connect());
            } catch (UnusableTlsException refused) {
                refuse("upstreams." + name + ".tls", "", refused);
            }
        }
    }

    private void refuse(String path, String whose, UnusableTlsException refused) {
        var setting = refused.setting().isEmpty() ? path : path + "." + refused.setting();
        errors.add(positions.error(setting, whose + refused.getMessage()));
    }
}
