package io.gatehouse.gateway.cli;

/** How a result is printed; written in lower case on the command line. */
enum Output {
    table,
    json
}
