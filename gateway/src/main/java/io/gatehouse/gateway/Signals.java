package io.gatehouse.gateway;

import java.util.concurrent.CountDownLatch;

/** What the operating system asks of a running gateway. The JDK offers no other way to hear of it than this one. */
@SuppressWarnings("sunapi")
public final class Signals {
    private final CountDownLatch stop = new CountDownLatch(1);

    /** From now on SIGTERM and SIGINT end {@link #awaitStop}, and SIGHUP runs {@code reload} on a thread of its own. */
    public static Signals handle(Runnable reload) {
        var signals = new Signals();
        sun.misc.Signal.handle(new sun.misc.Signal("TERM"), signal -> signals.stop.countDown());
        sun.misc.Signal.handle(new sun.misc.Signal("INT"), signal -> signals.stop.countDown());
        sun.misc.Signal.handle(new sun.misc.Signal("HUP"), signal -> Thread.ofVirtual().name("gatehouse-reload").start(reload));
        return signals;
    }

    public void awaitStop() throws InterruptedException {
        stop.await();
    }
}
