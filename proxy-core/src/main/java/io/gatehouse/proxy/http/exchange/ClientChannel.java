package io.gatehouse.proxy.http.exchange;

/** A connection from a client, as its event loop's clock sees it. Used on that loop only. Not SPI. */
public interface ClientChannel {
    /** A tick of the coarse clock. */
    void onTick(long now);

    /** Ends the connection as soon as nothing is in flight on it, and says so to the client where its protocol can. */
    void drain();

    /** Ends the connection, whatever it is doing. */
    void abort();

    /** Bytes in memory that were written for the client, which it has not taken, or that came ahead of their turn. */
    long held();

    /** How fast it moves what it holds. */
    Uptake uptake();

    /** Where the loop keeps it, so that it is found again without a search. */
    int sweepIndex();

    void sweepIndex(int index);
}
