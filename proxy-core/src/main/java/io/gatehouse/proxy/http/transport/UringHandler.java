package io.gatehouse.proxy.http.transport;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's handler of I/O by io_uring, but for two things. Tasks of its loop have their turn amid its work ({@link TaskLoops}). And at the
 * end of its loop it does not hear that the loop ends, only that it has ended,
 * and what it would close in between is closed here. Netty drains the ring each time that it hears so; what it submits behind
 * such a barrier may run after it has freed the memory that belongs to it. See decision 0008. Not SPI.
 */
final class UringHandler implements IoHandler {
    private static final Logger LOG = LoggerFactory.getLogger(UringHandler.class);

    /** After so many events what waits for the loop has its turn. */
    private static final int EVENTS = 32;

    /** What the kernel has to close a channel. */
    private static final long CLOSING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final IoHandler handler;
    private final Set<Handle> registered = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Runnable tasks;
    private int events;
    private boolean ending;

    /** {@code tasks} runs what waits for the loop; called once in a while amid the events of one {@link #run}. */
    UringHandler(IoHandler handler, Runnable tasks) {
        this.handler = handler;
        this.tasks = tasks;
    }

    static IoHandlerFactory factory(IoUringIoHandlerConfig config) {
        var factory = IoUringIoHandler.newFactory(config);
        return executor -> new UringHandler(factory.newHandler(executor), TaskLoops.tasksOf(executor));
    }

    /** What is registered, kept for as long as it is. */
    private final class Handle implements IoUringIoHandle {
        private final IoUringIoHandle handle;

        Handle(IoUringIoHandle handle) {
            this.handle = handle;
        }

        @Override
        public void registered() {
            registered.add(this);
            handle.registered();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            handle.handle(registration, event);
            if (++events == EVENTS && !ending) {
                events = 0;
                tasks.run();
            }
        }

        @Override
        public void unregistered() {
            registered.remove(this);
            handle.unregistered();
        }

        @Override
        public void close() {
            try {
                handle.close();
            } catch (Exception failure) {
                LOG.warn("a channel did not close at the end of its event loop", failure);
            }
        }
    }

    /**
     * Lets a run wait up to a point in time.
     *
     * @param deadlineNanos that point, by {@link System#nanoTime}
     */
    private record Until(long deadlineNanos) implements IoHandlerContext {
        @Override
        public boolean canBlock() {
            return delayNanos(System.nanoTime()) > 0;
        }

        @Override
        public long delayNanos(long now) {
            return Math.max(0, deadlineNanos - now);
        }
    }

    @Override
    public void initialize() {
        handler.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        events = 0;
        return handler.run(context);
    }

    /** Called on each turn of a loop that ends: closes what is open and waits until the kernel has done so. */
    @Override
    public void prepareToDestroy() {
        ending = true;
        List.copyOf(registered).forEach(Handle::close);
        var closing = new Until(System.nanoTime() + CLOSING_NANOS);
        while (!registered.isEmpty() && closing.canBlock()) {
            handler.run(closing);
        }
    }

    @Override
    public void destroy() {
        if (!registered.isEmpty()) {
            LOG.warn("{} channels did not close before their event loop ended", registered.size());
        }
        handler.destroy();
    }

    /** @throws IllegalStateException where the loop ends */
    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        if (ending) {
            throw new IllegalStateException("the event loop is shutting down");
        }
        return handler.register(new Handle((IoUringIoHandle) handle));
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return handler.isCompatible(type);
    }
}
