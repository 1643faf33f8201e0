package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.netty.buffer.Unpooled;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Chromium, found on the path, opens a WebSocket and an EventSource to a real server through a whole gateway. */
@Tag("real")
class BrowserStreamsTest {
    private static final String CONFIG = """
            version: 1
            server:
              listeners: [{ name: public, address: 127.0.0.1:0 }]
              admin: { address: 127.0.0.1:0, token: "${APPROVER}" }
            stores: { database: sqlite:gatehouse.db }
            audit: { folder: audit }
            upstreams: { origin: { targets: [http://127.0.0.1:@PORT@] } }
            routes:
              - { name: all, match: { path: /** }, filters: [request-id, security-headers], to: origin }
            """;

    @TempDir
    Path folder;

    private final Sinks.Many<String> events = Sinks.many().multicast().onBackpressureBuffer();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private DisposableServer origin;
    private RunningGateway gateway;
    private Playwright playwright;
    private Page page;

    @BeforeEach
    void start() throws Exception {
        origin = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.get(
                                "/page",
                                (request, answer) -> answer.header("content-type", "text/html")
                                        .sendString(reactor.core.publisher.Mono.just("<title>streams</title>")))
                        .get(
                                "/favicon.ico",
                                (request, answer) -> answer.status(204).send())
                        .ws(
                                "/socket",
                                (in, out) ->
                                        out.sendString(in.receive().asString().map(text -> "echo " + text)))
                        .get(
                                "/events",
                                (request, answer) -> answer.sse()
                                        .send(events.asFlux()
                                                .map(text -> Unpooled.copiedBuffer(
                                                        "data: " + text + "\n\n", StandardCharsets.UTF_8)))))
                .bindNow();
        gateway = RunningGateway.start(folder, CONFIG.replace("@PORT@", String.valueOf(origin.port())));
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        page = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium())
                        .setHeadless(true)
                        .setArgs(List.of("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")))
                .newPage();
        page.onConsoleMessage(message -> complaints.add(message.text()));
        page.onPageError(complaints::add);
        page.navigate("http://127.0.0.1:" + gateway.port() + "/page");
    }

    @AfterEach
    void stop() throws Exception {
        playwright.close();
        gateway.close();
        origin.disposeNow();
    }

    private static Path chromium() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("this test needs chromium on the path"));
    }

    @Test
    void talksOverAWebSocket() {
        var heard = page.evaluate("""
                () => new Promise((resolve, reject) => {
                    const socket = new WebSocket(`ws://${location.host}/socket`);
                    const heard = [];
                    socket.onopen = () => socket.send('one');
                    socket.onerror = () => reject(new Error('the socket failed'));
                    socket.onmessage = message => {
                        heard.push(message.data);
                        if (heard.length === 1) socket.send('two'); else socket.close(1000, 'done');
                    };
                    socket.onclose = ended => resolve([...heard, ended.code, ended.wasClean]);
                })""");
        assertThat(heard).isEqualTo(List.of("echo one", "echo two", 1000, true));
        assertThat(complaints).isEmpty();
    }

    @Test
    void hearsEventsAsTheyCome() {
        page.evaluate("""
                () => {
                    window.heard = [];
                    window.source = new EventSource('/events');
                    window.source.onmessage = event => window.heard.push(event.data);
                }""");
        await().until(() -> events.currentSubscriberCount() == 1);
        for (var event : List.of("first", "second", "third")) {
            events.tryEmitNext(event).orThrow();
            page.waitForFunction("text => window.heard.at(-1) === text", event);
        }
        page.evaluate("() => window.source.close()");
        await().until(() -> events.currentSubscriberCount() == 0);
        assertThat(complaints).isEmpty();
    }
}
