package io.gatehouse.benchmarks;

import static io.gatehouse.benchmarks.Figures.median;
import static io.gatehouse.benchmarks.Figures.number;
import static io.gatehouse.benchmarks.Figures.quote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Turns the samples of {@code benchmarks/run} into a table, a JSON document and a plot. Ratios are taken within a round and their
 * median is quoted: a drift of the machine cancels out.
 */
public final class CostReport implements Report {
    private static final String PEER = "nginx";
    private static final String AUTH_PEER = "authreq";
    private static final String JVM_PEER = "scg";

    private final Facts facts;
    private final SequencedMap<String, Panel> panels = new LinkedHashMap<>();

    CostReport(Facts facts, List<Sample> samples) {
        this.facts = facts;
        for (var sample : samples) {
            panels.computeIfAbsent(sample.shape(), shape -> new Panel(new LinkedHashMap<>()))
                    .add(sample);
        }
    }

    /**
     * What one round of load on one target gave.
     *
     * @param shape size of the answer and number of connections, such as {@code 191Bx64}
     * @param ticks CPU time, {@code hertz} to a second
     * @param rate requests a second
     */
    record Sample(int round, String shape, String target, long requests, long ticks, int hertz, double rate) {
        static Sample parse(String line) {
            var part = line.split("\t", -1);
            return new Sample(
                    Integer.parseInt(part[0]),
                    part[1],
                    part[2],
                    Long.parseLong(part[3]),
                    Long.parseLong(part[4]),
                    Integer.parseInt(part[5]),
                    Double.parseDouble(part[6]));
        }

        /** CPU microseconds for one request. */
        double cost() {
            return 1e6 * ticks / hertz / requests;
        }
    }

    /** What was measured with one shape of load: by target, then by round. */
    record Panel(SequencedMap<String, TreeMap<Integer, Sample>> byTarget) {
        void add(Sample sample) {
            byTarget.computeIfAbsent(sample.target(), target -> new TreeMap<>()).put(sample.round(), sample);
        }

        List<Sample> rounds(String target) {
            return List.copyOf(byTarget.getOrDefault(target, new TreeMap<>()).values());
        }

        double cost(String target) {
            return median(rounds(target).stream().map(Sample::cost).toList());
        }

        double rate(String target) {
            return median(rounds(target).stream().map(Sample::rate).toList());
        }

        /** The median over the rounds of target's cost to peer's; not a number where either was not measured. */
        double ratio(String target, String peer) {
            var ratios = new ArrayList<Double>();
            var peers = byTarget.getOrDefault(peer, new TreeMap<>());
            for (var run : rounds(target)) {
                var beside = peers.get(run.round());
                if (beside != null) {
                    ratios.add(run.cost() / beside.cost());
                }
            }
            return median(ratios);
        }

        String ratioText(String target, String peer) {
            double ratio = ratio(target, peer);
            return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
        }

        List<String> transports() {
            return byTarget.keySet().stream()
                    .filter(target -> target.contains("/"))
                    .map(target -> target.substring(0, target.indexOf('/')))
                    .distinct()
                    .toList();
        }
    }

    public static void main(String[] args) throws IOException {
        var samples =
                Files.readAllLines(Path.of(args[1])).stream().map(Sample::parse).toList();
        new CostReport(Facts.read(Path.of(args[0])), samples).write(args[2]);
    }

    Panel panel(String shape) {
        return panels.getOrDefault(shape, new Panel(new LinkedHashMap<>()));
    }

    /** Facts, one line a target and shape, and for each transport the line that {@code checks/cost} judges. */
    @Override
    public String table() {
        var text = new StringBuilder(facts.table());
        panels.forEach((shape, panel) -> {
            text.append(
                    "%n%-18s %10s %12s %12s %12s%n".formatted(shape, "CPU us", "/ nginx", "/ authreq", "requests/s"));
            for (var target : panel.byTarget().keySet()) {
                text.append("%-18s %10.2f %12s %12s %12.0f%n"
                        .formatted(
                                target,
                                panel.cost(target),
                                panel.ratioText(target, PEER),
                                panel.ratioText(target, AUTH_PEER),
                                panel.rate(target)));
            }
        });
        text.append('\n');
        panels.forEach((shape, panel) -> verdicts(text, shape, panel));
        return text.toString();
    }

    private static void verdicts(StringBuilder text, String shape, Panel panel) {
        for (var transport : panel.transports()) {
            text.append("whole: transport %s chain/nginx %s chain/authreq %s shape %s%n"
                    .formatted(
                            transport,
                            panel.ratioText(transport + "/whole", PEER),
                            panel.ratioText(transport + "/whole", AUTH_PEER),
                            shape));
        }
        for (var transport : panel.transports()) {
            var pass = transport + "/pass";
            text.append("cost: transport %s pass/nginx %s chain/nginx %s scg/pass %s two-loops/one %s shape %s%n"
                    .formatted(
                            transport,
                            panel.ratioText(pass, PEER),
                            panel.ratioText(transport + "/edge", PEER),
                            panel.ratioText(JVM_PEER, pass),
                            panel.ratioText(pass + "@2", pass),
                            shape));
        }
    }

    @Override
    public String json() {
        var panelTexts = panels.entrySet().stream()
                .map(each -> "    %s: {\n%s\n    }".formatted(quote(each.getKey()), targetsJson(each.getValue())))
                .collect(Collectors.joining(",\n"));
        return """
                {
                  "facts": {
                %s
                  },
                  "shapes": {
                %s
                  }
                }
                """.formatted(facts.json(), panelTexts);
    }

    private static String targetsJson(Panel panel) {
        return panel.byTarget().keySet().stream()
                .map(target -> targetJson(panel, target))
                .collect(Collectors.joining(",\n"));
    }

    private static String targetJson(Panel panel, String target) {
        var runs = panel.rounds(target).stream()
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
                        number(panel.cost(target)),
                        number(panel.ratio(target, PEER)),
                        number(panel.ratio(target, AUTH_PEER)),
                        runs)
                .indent(6)
                .stripTrailing();
    }

    /** For each shape of load bars of the medians, with a dot for each round. */
    @Override
    public String plot() {
        var sections = panels.entrySet().stream()
                .map(each -> new BarPlot.Section(each.getKey(), bars(each.getValue())))
                .toList();
        return new BarPlot(
                        "CPU microseconds per request (bar: median, dot: one round), %s, %s"
                                .formatted(facts.get("protocol"), facts.get("date")),
                        sections)
                .svg();
    }

    private static List<BarPlot.Bar> bars(Panel panel) {
        return panel.byTarget().keySet().stream()
                .map(target -> new BarPlot.Bar(
                        target, panel.rounds(target).stream().map(Sample::cost).toList()))
                .toList();
    }
}
