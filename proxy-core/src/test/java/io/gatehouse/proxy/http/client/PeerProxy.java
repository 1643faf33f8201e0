package io.gatehouse.proxy.http.client;

import static org.awaitility.Awaitility.await;

import io.gatehouse.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another proxy in front of the same target, with the usual settings, as a process of its own. */
final class PeerProxy implements AutoCloseable {
    private static final String NGINX = """
            worker_processes 1;
            error_log stderr crit;
            pid @FOLDER@/nginx.pid;
            events { worker_connections 256; }
            http {
              access_log off;
              client_body_temp_path @FOLDER@;
              proxy_temp_path @FOLDER@;
              fastcgi_temp_path @FOLDER@;
              uwsgi_temp_path @FOLDER@;
              scgi_temp_path @FOLDER@;
              client_max_body_size 1m;
              server {
                listen 127.0.0.1:@PORT@;
                listen 127.0.0.1:@HTTP2@ http2;
                location / {
                  proxy_pass http://127.0.0.1:@ORIGIN@;
                  proxy_http_version 1.1;
                  proxy_request_buffering off;
                  proxy_set_header Connection "";
                }
              }
            }
            """;
    private static final String HAPROXY = """
            defaults
              mode http
              timeout connect 1s
              timeout client 5s
              timeout server 5s
            frontend front
              bind 127.0.0.1:@PORT@
              default_backend origin
            backend origin
              server origin 127.0.0.1:@ORIGIN@
            """;

    private final Process process;
    private final int port;
    private final int http2;

    private PeerProxy(Process process, int port, int http2) {
        this.process = process;
        this.port = port;
        this.http2 = http2;
    }

    static PeerProxy nginx(Path folder, int origin) throws IOException {
        int port = freePort();
        int http2 = freePort();
        var text = NGINX.replace("@HTTP2@", Integer.toString(http2));
        var file = write(folder.resolve("nginx.conf"), text, folder, port, origin);
        return start(port, http2, "nginx", "-p", folder.toString(), "-e", "stderr", "-c", file, "-g", "daemon off;");
    }

    static PeerProxy haproxy(Path folder, int origin) throws IOException {
        int port = freePort();
        return start(
                port,
                port,
                "haproxy",
                "-db",
                "-q",
                "-f",
                write(folder.resolve("haproxy.cfg"), HAPROXY, folder, port, origin));
    }

    private static String write(Path file, String text, Path folder, int port, int origin) throws IOException {
        return Files.writeString(
                        file,
                        text.replace("@FOLDER@", folder.toString())
                                .replace("@PORT@", Integer.toString(port))
                                .replace("@ORIGIN@", Integer.toString(origin)))
                .toString();
    }

    private static PeerProxy start(int port, int http2, String... command) throws IOException {
        var process = new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var peer = new PeerProxy(process, port, http2);
        await().atMost(10, TimeUnit.SECONDS).until(peer::isListening);
        return peer;
    }

    private boolean isListening() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the peer ended with " + process.exitValue());
        }
        try {
            client().close();
            return true;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** Where it speaks HTTP/2 in clear text. */
    int http2Port() {
        return http2;
    }

    RawClient client() {
        return RawClient.connect(port);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
