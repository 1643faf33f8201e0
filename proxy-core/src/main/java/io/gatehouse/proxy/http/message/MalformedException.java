package io.gatehouse.proxy.http.message;

import io.gatehouse.proxy.filter.Denial;
import java.io.Serial;

/** A message that breaks HTTP's rules or a limit. What follows on its connection cannot be trusted. No stack trace. */
public final class MalformedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Denial denial;

    private MalformedException(Denial denial) {
        super(denial.detail(), null, false, false);
        this.denial = denial;
    }

    public static MalformedException badRequest(String detail) {
        return new MalformedException(new Denial("malformed_request", 400, "bad request", detail));
    }

    public static MalformedException headersTooLarge(String detail) {
        return of("headers_too_large", 431, "headers too large", detail);
    }

    public static MalformedException of(Denial denial) {
        return new MalformedException(denial);
    }

    public static MalformedException of(String code, int status, String title, String detail) {
        return new MalformedException(new Denial(code, status, title, detail));
    }

    public Denial denial() {
        return denial;
    }
}
