package io.gatehouse.benchmarks;

import static io.gatehouse.benchmarks.Figures.number;
import static io.gatehouse.benchmarks.Figures.quote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Turns the samples of {@code benchmarks/latency} into a table, a JSON document and a plot. What a target adds is taken within a round,
 * where the origin was measured alone right before, and the median is quoted: a drift of the machine cancels out.
 */
public final class LatencyReport implements Report {
    private final Facts facts;
    /** By share of the capacity, then by target. */
    private final SequencedMap<Integer, SequencedMap<String, Panel>> shares = new LinkedHashMap<>();

    LatencyReport(Facts facts, List<Sample> samples) {
        this.facts = facts;
        samples.stream()
                .collect(Collectors.groupingBy(Sample::share, TreeMap::new, Collectors.toList()))
                .forEach((share, ofShare) -> shares.put(share, byTarget(ofShare)));
    }

    private static SequencedMap<String, Panel> byTarget(List<Sample> samples) {
        return samples.stream()
                .collect(Collectors.groupingBy(
                        Sample::target,
                        LinkedHashMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), Panel::new)));
    }

    /** Percentiles of one run, in microseconds. */
    record Percentiles(long p50, long p90, long p99, long p999, long max) {
        static Percentiles parse(String text) {
            long[] value = Arrays.stream(text.split(" ", -1))
                    .mapToLong(Long::parseLong)
                    .toArray();
            return new Percentiles(value[0], value[1], value[2], value[3], value[4]);
        }

        String json() {
            return "{\"p50\": %d, \"p90\": %d, \"p99\": %d, \"p99.9\": %d, \"max\": %d}"
                    .formatted(p50, p90, p99, p999, max);
        }
    }

    /**
     * One round of load.
     *
     * @param share of the target's capacity, in percent
     * @param rate requests a second
     * @param alone the origin under the same load, without the target
     */
    record Sample(int round, String target, int share, long rate, Percentiles alone, Percentiles through) {
        static Sample parse(String line) {
            var part = line.split("\t", -1);
            return new Sample(
                    Integer.parseInt(part[0]),
                    part[1],
                    Integer.parseInt(part[2]),
                    Long.parseLong(part[3]),
                    Percentiles.parse(part[4]),
                    Percentiles.parse(part[5]));
        }

        double added() {
            return through.p99() - alone.p99();
        }
    }

    /** The rounds of one target at one share. */
    record Panel(List<Sample> rounds) {
        double median(ToDoubleFunction<Sample> figure) {
            return Figures.median(rounds.stream().map(figure::applyAsDouble).toList());
        }

        double added() {
            return median(Sample::added);
        }

        double alone() {
            return median(round -> round.alone().p99());
        }
    }

    public static void main(String[] args) throws IOException {
        var samples =
                Files.readAllLines(Path.of(args[1])).stream().map(Sample::parse).toList();
        new LatencyReport(Facts.read(Path.of(args[0])), samples).write(args[2]);
    }

    /** Facts, one line a target and share, and for each the line that {@code checks/latency} judges. */
    @Override
    public String table() {
        var text = new StringBuilder(facts.table());
        text.append("%n%-18s %6s %10s %8s %8s %8s %8s %8s %10s  microseconds%n"
                .formatted("target", "share", "requests/s", "p50", "p90", "p99", "p99.9", "max", "p99 added"));
        shares.forEach((share, targets) -> targets.forEach((target, panel) -> text.append(row(target, share, panel))));
        text.append('\n');
        shares.forEach((share, targets) -> targets.forEach(
                (target, panel) -> text.append("latency: target %s share %d p99-added %.0f origin-p99 %.0f%n"
                        .formatted(target, share, panel.added(), panel.alone()))));
        return text.toString();
    }

    private static String row(String target, int share, Panel panel) {
        return "%-18s %5d%% %10.0f %8.0f %8.0f %8.0f %8.0f %8.0f %10.0f%n"
                .formatted(
                        target,
                        share,
                        panel.median(Sample::rate),
                        panel.median(round -> round.through().p50()),
                        panel.median(round -> round.through().p90()),
                        panel.median(round -> round.through().p99()),
                        panel.median(round -> round.through().p999()),
                        panel.median(round -> round.through().max()),
                        panel.added());
    }

    @Override
    public String json() {
        return """
                {
                  "facts": {
                %s
                  },
                  "shares": {
                %s
                  }
                }
                """.formatted(
                        facts.json(),
                        shares.entrySet().stream()
                                .map(each -> "    %s: {\n%s\n    }"
                                        .formatted(quote(String.valueOf(each.getKey())), targetsJson(each.getValue())))
                                .collect(Collectors.joining(",\n")));
    }

    private static String targetsJson(Map<String, Panel> targets) {
        return targets.entrySet().stream()
                .map(each -> targetJson(each.getKey(), each.getValue()))
                .collect(Collectors.joining(",\n"));
    }

    private static String targetJson(String target, Panel panel) {
        var runs = panel.rounds().stream()
                .map(run -> "{\"round\": %d, \"perSecond\": %d, \"alone\": %s, \"through\": %s}"
                        .formatted(
                                run.round(),
                                run.rate(),
                                run.alone().json(),
                                run.through().json()))
                .collect(Collectors.joining(",\n    "));
        return """
                %s: {
                  "p99AddedMicros": %s, "originP99Micros": %s,
                  "rounds": [
                    %s
                  ]
                }""".formatted(quote(target), number(panel.added()), number(panel.alone()), runs)
                .indent(6)
                .stripTrailing();
    }

    /** For each share bars of what the targets add at the 99th percentile. */
    @Override
    public String plot() {
        var sections = shares.entrySet().stream()
                .map(each -> new BarPlot.Section(each.getKey() + " % of its capacity", bars(each.getValue())))
                .toList();
        return new BarPlot(
                        "p99 added to the origin's, microseconds (bar: median, dot: one round), " + facts.get("date"),
                        sections)
                .svg();
    }

    private static List<BarPlot.Bar> bars(Map<String, Panel> targets) {
        return targets.entrySet().stream()
                .map(each -> new BarPlot.Bar(
                        each.getKey(),
                        each.getValue().rounds().stream().map(Sample::added).toList()))
                .toList();
    }
}
