package io.gatehouse.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/**
 * Fails a test during which an event loop blocked. BlockHound is installed once a JVM; a blocking call is recorded and goes
 * on, so that no handler can swallow the finding. Needs {@code -XX:+AllowRedefinitionToAddDeleteMethods} and
 * {@code -XX:+EnableDynamicAgentLoading}, which the build gives to all tests.
 */
public final class BlockingCheck implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final Queue<Throwable> FINDINGS = install();

    private static Queue<Throwable> install() {
        var findings = new ConcurrentLinkedQueue<Throwable>();
        BlockHound.builder()
                .loadIntegrations()
                .blockingMethodCallback(method -> findings.add(new IllegalStateException(
                        method + " blocked " + Thread.currentThread().getName())))
                .install();
        return findings;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        drain();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        check();
    }

    private static void check() {
        var findings = drain();
        if (!findings.isEmpty()) {
            var failure = new AssertionError("event loops blocked " + findings.size() + " times", findings.getFirst());
            findings.stream().skip(1).limit(9).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private static List<Throwable> drain() {
        var drained = new ArrayList<Throwable>();
        for (var finding = FINDINGS.poll(); finding != null; finding = FINDINGS.poll()) {
            drained.add(finding);
        }
        return drained;
    }
}
