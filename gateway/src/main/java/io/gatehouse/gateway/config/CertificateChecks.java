package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.Positions;
import io.gatehouse.proxy.ListenerConfig;
import io.gatehouse.proxy.UpstreamConfig;
import io.gatehouse.proxy.tls.ClientTls;
import io.gatehouse.proxy.tls.ServerTls;
import io.gatehouse.proxy.tls.TlsFiles;
import io.gatehouse.proxy.tls.UnusableTlsException;
import io.gatehouse.proxy.tls.Validity;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what is wrong with the files of listeners and upstreams that speak TLS, and which of them want to be renewed. */
final class CertificateChecks {
    private final Positions positions;
    private final Path folder;
    private final Instant now = InstantSource.system().instant();
    private final Map<String, String> fingerprints = new LinkedHashMap<>();
    private final List<ConfigError> warnings = new ArrayList<>();
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

    List<ConfigError> warnings() {
        return warnings;
    }

    /** What the files hold by now, by name as configured. */
    Map<String, String> fingerprints() {
        return fingerprints;
    }

    /** In front of reading them: one that changes meanwhile counts as changed the next time, too. */
    private void note(List<String> files) {
        files.forEach(file -> fingerprints.put(file, TlsFiles.fingerprint(folder.resolve(file))));
    }

    private void check(String path, ListenerConfig listener) {
        var tls = listener.tls();
        if (tls != null) {
            note(tls.files());
            try {
                var validity = ServerTls.load(tls, folder, listener.protocols()).validity();
                for (int i = 0; i < tls.certificates().size(); i++) {
                    var file = tls.certificates().get(i).certificate();
                    warn(
                            path + ".certificates[" + i + "].certificate",
                            "certificate `" + file + "` of listener `" + listener.name() + "`",
                            validity.get(file));
                }
            } catch (UnusableTlsException refused) {
                refuse(path, "listener `" + listener.name() + "`: ", refused);
            }
        }
    }

    private void check(String name, UpstreamConfig upstream) {
        var tls = upstream.tls();
        if (tls != null) {
            note(tls.files());
            try {
                var loaded = ClientTls.load(tls, folder, List.of());
                warn(
                        "upstreams." + name + ".tls.certificate",
                        "certificate `" + tls.certificate() + "` that upstream `" + name + "` is shown",
                        loaded.validity());
            } catch (UnusableTlsException refused) {
                refuse("upstreams." + name + ".tls", "", refused);
            }
        }
    }

    private void warn(String path, String which, @Nullable Validity validity) {
        var concern = validity == null ? null : validity.concern(now);
        if (concern != null) {
            warnings.add(positions.error(path, which + " " + concern));
        }
    }

    private void refuse(String path, String whose, UnusableTlsException refused) {
        var setting = refused.setting().isEmpty() ? path : path + "." + refused.setting();
        errors.add(positions.error(setting, whose + refused.getMessage()));
    }
}
