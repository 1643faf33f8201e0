package io.gatehouse.proxy.tls;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Settings of TLS that cannot be used. The message names files and holds nothing of them. */
public final class UnusableTlsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String setting;

    private UnusableTlsException(String setting, @Nullable String message, Throwable cause) {
        super(message, cause);
        this.setting = setting;
    }

    /** Which of the settings, such as {@code certificates[0].key}; empty for all of them. */
    public String setting() {
        return setting;
    }

    /** What {@code read} answers; what it refuses is said of {@code setting}. */
    static <T> T reading(String setting, Supplier<T> read) {
        try {
            return read.get();
        } catch (UnusableTlsException refused) {
            throw new UnusableTlsException(setting + "." + refused.setting, refused.getMessage(), refused);
        } catch (IllegalArgumentException refused) {
            throw new UnusableTlsException(setting, refused.getMessage(), refused);
        }
    }

    /** {@code refused}, as what has no better words for it tells it. */
    static UnusableTlsException of(IllegalArgumentException refused) {
        var setting = refused instanceof UnusableTlsException known ? known.setting : "";
        return new UnusableTlsException(setting, "TLS: " + refused.getMessage(), refused);
    }
}
