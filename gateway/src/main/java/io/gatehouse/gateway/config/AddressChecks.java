package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigNode;
import io.gatehouse.proxy.http.transport.SocketAddresses;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Checks names and addresses of listeners. */
final class AddressChecks {
    private final ConfigNode server;
    private final BiConsumer<String, String> error;
    private final Set<String> names = new HashSet<>();
    private final Set<String> addresses = new HashSet<>();

    /**
     * Checks of {@code server}.
     *
     * @param error takes a path and a message
     */
    AddressChecks(ConfigNode server, BiConsumer<String, String> error) {
        this.server = server;
        this.error = error;
    }

    void run() {
        var listeners = server.get("listeners");
        for (var listener : listeners == null ? List.<ConfigNode>of() : listeners.items()) {
            var name = listener.get("name");
            var given = name == null ? null : name.text();
            if (given != null && !names.add(given)) {
                error.accept(listener.path() + ".name", "another listener has the name `" + given + "`");
            }
            checkListener(listener.get("address"));
        }
        var admin = server.get("admin");
        var address = admin == null ? null : admin.get("address");
        if (address == null) {
            checkAddress("server.admin.address", AdminConfig.DEFAULT_ADDRESS);
        }
        checkAddress(address);
    }

    private void checkListener(@Nullable ConfigNode node) {
        var address = node == null ? null : node.text();
        if (node == null || address == null || !SocketAddresses.isUnix(address)) {
            checkAddress(node);
            return;
        }
        try {
            if (!addresses.add(SocketAddresses.unixPath(address).toString())) {
                error.accept(node.path(), "another listener has the address `" + address + "`");
            }
        } catch (IllegalArgumentException refused) {
            error.accept(node.path(), String.valueOf(refused.getMessage()));
        }
    }

    private void checkAddress(@Nullable ConfigNode node) {
        var address = node == null ? null : node.text();
        if (node != null && address != null) {
            checkAddress(node.path(), address);
        }
    }

    private void checkAddress(String path, String address) {
        try {
            var parsed = SocketAddresses.parse(address);
            if (parsed.isUnresolved()) {
                error.accept(path, "the host of `" + address + "` is not known");
            } else if (parsed.getPort() != 0 && !addresses.add(parsed.toString())) {
                error.accept(path, "another listener has the address `" + address + "`");
            }
        } catch (IllegalArgumentException e) {
            error.accept(path, "expected `host:port` or `[::1]:port`, got `" + address + "`");
        }
    }
}
