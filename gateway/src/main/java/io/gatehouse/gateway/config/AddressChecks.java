package io.gatehouse.gateway.config;

import io.gatehouse.proxy.http.SocketAddresses;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Checks names and addresses of listeners. */
final class AddressChecks {
    private final ServerConfig server;
    private final BiConsumer<String, String> error;
    private final Set<String> names = new HashSet<>();
    private final Set<String> addresses = new HashSet<>();

    /**
     * Checks of {@code server}.
     *
     * @param error takes a path and a message
     */
    AddressChecks(ServerConfig server, BiConsumer<String, String> error) {
        this.server = server;
        this.error = error;
    }

    void run() {
        for (int i = 0; i < server.listeners().size(); i++) {
            var listener = server.listeners().get(i);
            var path = "server.listeners[" + i + "]";
            if (!names.add(listener.name())) {
                error.accept(path + ".name", "another listener has the name `" + listener.name() + "`");
            }
            checkAddress(path + ".address", listener.address());
        }
        checkAddress("server.admin.address", server.admin().address());
    }

    private void checkAddress(String path, String address) {
        if (address.startsWith("unix:")) {
            error.accept(path, "unix sockets are not supported by this version");
            return;
        }
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
