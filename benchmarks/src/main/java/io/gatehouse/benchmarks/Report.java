package io.gatehouse.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What became of a measurement, in the three forms that are kept. */
interface Report {
    /** Facts, figures, and the lines that a check judges. */
    String table();

    String json();

    /** A picture in SVG. */
    String plot();

    /** Writes {@code PREFIX.txt}, {@code .json} and {@code .svg}, and prints the table. */
    default void write(String prefix) throws IOException {
        Files.writeString(Path.of(prefix + ".json"), json());
        Files.writeString(Path.of(prefix + ".svg"), plot());
        Files.writeString(Path.of(prefix + ".txt"), table());
        System.out.print(table());
    }
}
