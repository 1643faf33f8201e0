package io.gatehouse.proxy.engine;

import io.gatehouse.proxy.filter.BodyUse;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Presenter;
import io.gatehouse.proxy.filter.ProblemPresenter;
import io.gatehouse.proxy.filter.Verdict;
import reactor.core.publisher.Mono;

/**
 * A target that understands what it is asked to do. {@link #interpret} runs at the end of the transform phase, so that
 * policies judge the operation and its arguments; {@link #invoke} runs after every filter has agreed. Called on event loops;
 * neither blocks.
 */
public interface Engine extends AutoCloseable {
    /** The name in the configuration. */
    String name();

    /** How its clients are told of denials and of waiting approvals; as problem documents where it says nothing else. */
    default Presenter presenter() {
        return ProblemPresenter.INSTANCE;
    }

    /**
     * Reads the request, and sets {@link Exchange#action}, {@link Exchange#resource} and {@link Exchange#call}. May answer or
     * deny by itself. Strict: whatever two readers could understand differently is refused.
     */
    Verdict interpret(Exchange exchange);

    /** Whether {@link #interpret} and {@link #invoke} see the body. */
    default BodyUse requestBody() {
        return BodyUse.READ;
    }

    /**
     * Runs the judged call, once per subscription. An error that is a {@link NotSentException} means that no byte reached the
     * engine; any other error means that it may have run.
     */
    Mono<LocalResponse> invoke(Exchange exchange);

    @Override
    default void close() {}
}
