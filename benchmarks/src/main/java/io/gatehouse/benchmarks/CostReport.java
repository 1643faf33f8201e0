package io.gatehouse.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Turns the samples of {@code benchmarks/run} into a table, a JSON document and a plot. Stands alone, so that the script can
 * run it from its source. Ratios are taken within a round and their median is quoted: a drift of the machine cancels out.
 */
public final class CostReport {
    private static final String PEER = "nginx";
    private static final String AUTH_PEER = "authreq";

    private final Map<String, String> facts;
    /** By target, then by round. */
    private final SequencedMap<String, TreeMap<Integer, Sample>> samples;

    CostReport(Map<String, String> facts, List<Sample> samples) {
        this.facts = facts;
        this.samples = new LinkedHashMap<>();
        for (var sample : samples) {
            this.samples
                    .computeIfAbsent(sample.target(), target -> new TreeMap<>())
                    .put(sample.round(), sample);
        }
    }

    /** What one round of load on one target gave; {@code ticks} of CPU time, {@code hertz} to a second. */
    record Sample(int round, String target, long requests, long ticks, int hertz, double rate) {
        static Sample parse(String line) {
            var part = line.split("\t", -1);
            return new Sample(
                    Integer.parseInt(part[0]),
                    part[1],
                    Long.parseLong(part[2]),
                    Long.parseLong(part[3]),
                    Integer.parseInt(part[4]),
                    Double.parseDouble(part[5]));
        }

        /** CPU microseconds for one request. */
        double cost() {
            return 1e6 * ticks / hertz / requests;
        }
    }

    public static void main(String[] args) throws IOException {
        var facts = Files.readAllLines(Path.of(args[0])).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (one, two) -> two, LinkedHashMap::new));
        var samples =
                Files.readAllLines(Path.of(args[1])).stream().map(Sample::parse).toList();
        var report = new CostReport(facts, samples);
        Files.writeString(Path.of(args[2] + ".json"), report.json());
        Files.writeString(Path.of(args[2] + ".svg"), report.plot());
        Files.writeString(Path.of(args[2] + ".txt"), report.table());
        System.out.print(report.table());
    }

    /** Facts, one line a target, and for each transport the line that {@code checks/cost} judges. */
    String table() {
        var text = new StringBuilder();
        facts.forEach((name, value) -> text.append("%-12s %s%n".formatted(name, value)));
        text.append(
                "%n%-18s %10s %12s %12s %12s%n".formatted("target", "CPU us", "/ nginx", "/ authreq", "requests/s"));
        for (var target : samples.keySet()) {
            text.append("%-18s %10.2f %12s %12s %12.0f%n"
                    .formatted(
                            target,
                            median(rounds(target).stream().map(Sample::cost).toList()),
                            ratioText(target, PEER),
                            ratioText(target, AUTH_PEER),
                            median(rounds(target).stream().map(Sample::rate).toList())));
        }
        text.append('\n');
        for (var transport : transports()) {
            text.append("whole: transport %s chain/nginx %s chain/authreq %s%n"
                    .formatted(
                            transport,
                            ratioText(transport + "/whole", PEER),
                            ratioText(transport + "/whole", AUTH_PEER)));
        }
        for (var transport : transports()) {
            text.append("cost: transport %s pass/nginx %s chain/nginx %s chain/authreq %s%n"
                    .formatted(
                            transport,
                            ratioText(transport + "/pass", PEER),
                            ratioText(transport + "/edge", PEER),
                            ratioText(transport + "/edge", AUTH_PEER)));
        }
        return text.toString();
    }

    String json() {
        var factLines = facts.entrySet().stream()
                .map(fact -> "    %s: %s".formatted(quote(fact.getKey()), quote(fact.getValue())))
                .collect(Collectors.joining(",\n"));
        var targetLines = samples.keySet().stream().map(this::targetJson).collect(Collectors.joining(",\n"));
        return """
                {
                  "facts": {
                %s
                  },
                  "targets": {
                %s
                  }
                }
                """.formatted(factLines, targetLines);
    }

    private String targetJson(String target) {
        var runs = rounds(target).stream()
                .map(run -> "{\"round\": %d, \"requests\": %d, \"cpuMicros\": %s, \"perSecond\": %s}"
                        .formatted(run.round(), run.requests(), number(run.cost()), number(run.rate())))
                .collect(Collectors.joining(",\n    "));
        return """
                %s: {
                  "cpuMicros": %s, "toNginx": %s, "toAuthreq": %s,
                  "rounds": [
                    %s
                  ]
                }""".formatted(
                        quote(target),
                        number(median(rounds(target).stream().map(Sample::cost).toList())),
                        number(ratio(target, PEER)),
                        number(ratio(target, AUTH_PEER)),
                        runs)
                .indent(4)
                .stripTrailing();
    }

    /** Bars of the medians with a dot for each round. */
    String plot() {
        double widest = samples.values().stream()
                .flatMap(rounds -> rounds.values().stream())
                .mapToDouble(Sample::cost)
                .max()
                .orElse(1);
        double scale = 480 / widest;
        int height = 50 + 28 * samples.size();
        var svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" width="720" height="%d" font-family="sans-serif" font-size="13">
                  <rect width="100%%" height="100%%" fill="white"/>
                  <text x="10" y="22">CPU microseconds per request (bar: median, dot: one round), %s</text>
                """.formatted(height, escape(facts.getOrDefault("date", ""))));
        int y = 38;
        for (var target : samples.keySet()) {
            double median = median(rounds(target).stream().map(Sample::cost).toList());
            svg.append("""
                      <text x="10" y="%d">%s</text>
                      <rect x="130" y="%d" width="%s" height="18" fill="%s"/>
                      <text x="%s" y="%d">%s</text>
                    """.formatted(
                            y + 14,
                            escape(target),
                            y,
                            number(median * scale),
                            target.contains("/") ? "#3b6ea5" : "#b0b7bf",
                            number(140 + widest * scale),
                            y + 14,
                            number(median)));
            for (var run : rounds(target)) {
                svg.append("  <circle cx=\"%s\" cy=\"%d\" r=\"2.5\" fill=\"#222\"/>%n"
                        .formatted(number(130 + run.cost() * scale), y + 9));
            }
            y += 28;
        }
        return svg.append("</svg>\n").toString();
    }

    private List<String> transports() {
        return samples.keySet().stream()
                .filter(target -> target.contains("/"))
                .map(target -> target.substring(0, target.indexOf('/')))
                .distinct()
                .toList();
    }

    private List<Sample> rounds(String target) {
        return List.copyOf(samples.getOrDefault(target, new TreeMap<>()).values());
    }

    /** The median over the rounds of target's cost to peer's; not a number where either was not measured. */
    double ratio(String target, String peer) {
        var ratios = new ArrayList<Double>();
        var peers = samples.getOrDefault(peer, new TreeMap<>());
        for (var run : rounds(target)) {
            var beside = peers.get(run.round());
            if (beside != null) {
                ratios.add(run.cost() / beside.cost());
            }
        }
        return median(ratios);
    }

    private String ratioText(String target, String peer) {
        double ratio = ratio(target, peer);
        return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static double median(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "null" : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
