package io.gatehouse.gateway;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/**
 * What the operating system asks of a running gateway. The JDK offers {@code sun.misc.Signal} only, in the supported module
 * {@code jdk.unsupported}; it is named by reflection, since the compiler's warning about it cannot be switched off.
 */
public final class Signals {
    private final CountDownLatch stop = new CountDownLatch(1);

    /** From now on SIGTERM and SIGINT end {@link #awaitStop}, and SIGHUP runs {@code reload} on a thread of its own. */
    public static Signals handle(Runnable reload) {
        var signals = new Signals();
        on("TERM", signals.stop::countDown);
        on("INT", signals.stop::countDown);
        on("HUP", () -> Thread.ofVirtual().name("gatehouse-reload").start(reload));
        return signals;
    }

    private static void on(String name, Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getDeclaringClass() != Object.class) {
                            action.run();
                            return null;
                        }
                        return method.invoke(action, arguments);
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("this Java runtime does not let a program hear SIG" + name, missing);
        }
    }

    public void awaitStop() throws InterruptedException {
        stop.await();
    }
}
