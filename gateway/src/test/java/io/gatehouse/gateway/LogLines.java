package io.gatehouse.gateway;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a logger, or one below it, says from now on. */
final class LogLines implements AutoCloseable {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log;

    LogLines(String logger) {
        log = (Logger) LoggerFactory.getLogger(logger);
        lines.start();
        log.addAppender(lines);
    }

    List<ILoggingEvent> events() {
        return List.copyOf(lines.list);
    }

    List<String> texts() {
        return events().stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        log.detachAppender(lines);
    }
}
