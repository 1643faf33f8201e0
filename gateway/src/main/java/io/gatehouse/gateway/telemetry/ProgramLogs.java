package io.gatehouse.gateway.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import io.gatehouse.gateway.telemetry.TelemetryConfig.Format;
import io.gatehouse.gateway.telemetry.TelemetryConfig.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the program's own log as the configuration asks. Until then it is text on standard error. */
public final class ProgramLogs {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{20} %msg%n";
    private static final Duration LOOK = Duration.buildBySeconds(1);

    private final LoggerContext context;

    private ProgramLogs(LoggerContext context) {
        this.context = context;
    }

    /**
     * From now on every line goes where {@code config} says.
     *
     * @param folder where a relative path begins
     * @throws IllegalArgumentException where the file cannot be written
     */
    public static void use(Logs config, Path folder) {
        var logs = new ProgramLogs((LoggerContext) LoggerFactory.getILoggerFactory());
        var file = config.file();
        var appender = file == null ? logs.console(config.format()) : logs.file(config, writable(folder.resolve(file)));
        var root = logs.context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
    }

    /** Text on standard error, for what is said before {@link #use}. */
    static void early(LoggerContext context) {
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(new ProgramLogs(context).console(Format.TEXT));
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("reactor").setLevel(Level.WARN);
    }

    private static Path writable(Path file) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
            if (Files.isDirectory(file) || (Files.exists(file) && !Files.isWritable(file))) {
                throw new IllegalArgumentException("telemetry.logs.file: `" + file + "` cannot be written");
            }
            return file;
        } catch (IOException failure) {
            throw new IllegalArgumentException("telemetry.logs.file: `" + file + "` cannot be written", failure);
        }
    }

    private Appender<ILoggingEvent> console(Format format) {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder(format));
        appender.start();
        return appender;
    }

    private Appender<ILoggingEvent> file(Logs config, Path file) {
        var appender = new RollingFileAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder(config.format()));
        var naming = new FixedWindowRollingPolicy();
        naming.setContext(context);
        naming.setParent(appender);
        naming.setFileNamePattern(file + ".%i");
        naming.setMinIndex(1);
        naming.setMaxIndex(config.rotate().keep());
        naming.start();
        var limit = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        limit.setContext(context);
        limit.setMaxFileSize(new FileSize(config.rotate().size().bytes()));
        limit.setCheckIncrement(LOOK);
        limit.start();
        appender.setRollingPolicy(naming);
        appender.setTriggeringPolicy(limit);
        appender.start();
        return appender;
    }

    private Encoder<ILoggingEvent> encoder(Format format) {
        return switch (format) {
            case JSON -> json();
            case TEXT -> text();
        };
    }

    private Encoder<ILoggingEvent> json() {
        var encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMarkers(false);
        encoder.setWithMDC(false);
        encoder.setWithKVPList(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }

    private Encoder<ILoggingEvent> text() {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        return encoder;
    }
}
