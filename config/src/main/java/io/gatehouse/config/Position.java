package io.gatehouse.config;

/** A place in a file; both numbers count from 1. */
public record Position(int line, int column) {
    static final Position START = new Position(1, 1);
}
