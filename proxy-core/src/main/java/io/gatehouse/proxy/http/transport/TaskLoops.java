package io.gatehouse.proxy.http.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Event loops whose tasks a handler of I/O can run amid its own work. Netty's handler for io_uring works through up to 128 rounds of
 * completions before it lets go; on a busy loop nothing that was put off would be done until then: clocks, and answers that are
 * sent together.
 */
final class TaskLoops extends MultiThreadIoEventLoopGroup {
    TaskLoops(int count, ThreadFactory threads, IoHandlerFactory handlers) {
        super(count, threads, handlers);
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... more) {
        return new TaskLoop(this, executor, handlers);
    }

    /** What runs the tasks of the loop that a handler is made for; nothing where that is none of these. */
    static Runnable tasksOf(ThreadAwareExecutor executor) {
        return executor instanceof TaskLoop loop ? loop::runWaiting : () -> {};
    }

    private static final class TaskLoop extends SingleThreadIoEventLoop {
        private static final long QUANTUM_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

        TaskLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory handlers) {
            super(parent, executor, handlers);
        }

        void runWaiting() {
            runAllTasks(QUANTUM_NANOS);
        }
    }
}
