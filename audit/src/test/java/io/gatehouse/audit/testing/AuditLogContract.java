package io.gatehouse.audit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.audit.AuditLog;
import io.gatehouse.audit.AuditReceipt;
import io.gatehouse.audit.AuditUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every {@link AuditLog} does. */
public abstract class AuditLogContract {
    private AuditLog log;

    /** Opens the log under test, empty at first; opened again it goes on where it was closed. */
    protected abstract AuditLog open() throws IOException;

    /** Closes the log: what was accepted before is recorded. */
    protected abstract void close(AuditLog log);

    /** The payloads recorded, in order. */
    protected abstract List<String> recorded() throws IOException;

    @BeforeEach
    void openLog() throws IOException {
        log = open();
    }

    @AfterEach
    void closeLog() {
        close(log);
    }

    private static List<AuditReceipt> receipts(List<Mono<AuditReceipt>> answers) {
        return Flux.concat(answers).collectList().blockOptional().orElseThrow();
    }

    @Test
    void numbersEventsInTheOrderInWhichOneProducerAppendsThem() throws IOException {
        List<Mono<AuditReceipt>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(log.append(Events.decision(i)));
        }
        var receipts = receipts(answers);
        for (int i = 0; i < 100; i++) {
            assertThat(receipts.get(i).index()).isEqualTo(i);
        }
        assertThat(recorded()).hasSize(100).element(42).asString().contains("\"requestId\":\"req-42\"");
    }

    @Test
    void givesEachEventAnIdOfVersionSevenThatOnlyGrows() {
        List<Mono<AuditReceipt>> answers = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            answers.add(log.append(Events.decision(i)));
        }
        var ids = receipts(answers).stream().map(AuditReceipt::id).toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(ids)
                .allMatch(id -> UUID.fromString(id).version() == 7
                        && UUID.fromString(id).variant() == 2);
    }

    @Test
    void recordsWhatWasOfferedBeforeItIsClosed() throws IOException {
        for (int i = 0; i < 1000; i++) {
            assertThat(log.offer(Events.decision(i))).isTrue();
        }
        close(log);
        assertThat(recorded()).hasSize(1000);
    }

    @Test
    void recordsEveryEventOfManyProducersOnce() throws InterruptedException, IOException {
        var answers = new ConcurrentLinkedQueue<Mono<AuditReceipt>>();
        var ready = new CountDownLatch(1);
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            int first = p * 1000;
            producers.add(Thread.ofPlatform().start(() -> {
                await(ready);
                for (int i = first; i < first + 1000; i++) {
                    answers.add(log.append(Events.decision(i)));
                }
            }));
        }
        ready.countDown();
        for (var producer : producers) {
            producer.join();
        }
        assertThat(receipts(List.copyOf(answers)).stream().map(AuditReceipt::index))
                .doesNotHaveDuplicates()
                .hasSize(4000);
        assertThat(recorded()).hasSize(4000);
    }

    @Test
    void hasRecordedAnEventWhenItIsAcknowledged() throws IOException {
        var receipt = log.append(Events.decision(7)).blockOptional().orElseThrow();
        assertThat(recorded()).element((int) receipt.index()).asString().contains(receipt.id());
    }

    @Test
    void takesTheEventWhenAppendIsCalledThoughNobodySubscribes() throws IOException {
        log.append(Events.decision(1)).subscribe().dispose();
        var unsubscribed = log.append(Events.decision(2));
        close(log);
        assertThat(recorded()).hasSize(2);
        assertThat(unsubscribed.blockOptional()).isPresent();
    }

    @Test
    void recordsALargeEventTruncatedWithItsDigest() throws IOException {
        log.append(Events.large(2_000_000)).block();
        assertThat(recorded().getLast())
                .hasSizeLessThan(64 << 10)
                .contains("\"truncated\":{\"bytes\":20", "\"digest\":\"sha256:");
    }

    @Test
    void takesNothingOnceItIsClosed() {
        close(log);
        assertThat(log.offer(Events.decision(1))).isFalse();
        assertThat(log.failure()).isPresent();
        assertThatThrownBy(() -> log.append(Events.decision(1)).block()).isInstanceOf(AuditUnavailableException.class);
    }

    @Test
    void goesOnAfterItWasClosed() throws IOException {
        var before = log.append(Events.decision(0)).blockOptional().orElseThrow();
        close(log);
        log = open();
        var after = log.append(Events.decision(1)).blockOptional().orElseThrow();
        assertThat(after.index()).isEqualTo(before.index() + 1);
        assertThat(after.id()).isGreaterThan(before.id());
        assertThat(recorded()).hasSize(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
