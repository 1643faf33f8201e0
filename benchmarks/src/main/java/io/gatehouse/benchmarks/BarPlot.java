package io.gatehouse.benchmarks;

import static io.gatehouse.benchmarks.Figures.escape;
import static io.gatehouse.benchmarks.Figures.number;

import java.util.List;

/** Sections of bars, each with a dot for every round. */
record BarPlot(String title, List<Section> sections) {
    private static final int LEFT = 130;
    private static final int WIDTH = 480;
    private static final int ROW = 28;

    /** Bars of one scale. */
    record Section(String heading, List<Bar> bars) {
        double widest() {
            return bars.stream()
                    .flatMap(bar -> bar.rounds().stream())
                    .mapToDouble(value -> value)
                    .filter(value -> value > 0)
                    .max()
                    .orElse(1);
        }
    }

    /** The median of what the rounds gave. What is below zero has no length. */
    record Bar(String name, List<Double> rounds) {
        double median() {
            return Figures.median(rounds);
        }
    }

    String svg() {
        int rows =
                sections.stream().mapToInt(section -> section.bars().size() + 1).sum();
        var svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" width="720" height="%d" font-family="sans-serif" font-size="13">
                  <rect width="100%%" height="100%%" fill="white"/>
                  <text x="10" y="22">%s</text>
                """.formatted(50 + ROW * rows, escape(title)));
        int y = 38;
        for (var section : sections) {
            svg.append("  <text x=\"10\" y=\"%d\" font-weight=\"bold\">%s</text>%n"
                    .formatted(y + 14, escape(section.heading())));
            for (var bar : section.bars()) {
                y += ROW;
                draw(svg, bar, y, section.widest());
            }
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void draw(StringBuilder svg, Bar bar, int y, double widest) {
        double scale = WIDTH / widest;
        svg.append("""
                  <text x="10" y="%d">%s</text>
                  <rect x="%d" y="%d" width="%s" height="18" fill="%s"/>
                  <text x="%d" y="%d">%s</text>
                """.formatted(
                        y + 14,
                        escape(bar.name()),
                        LEFT,
                        y,
                        number(Math.max(0, bar.median() * scale)),
                        bar.name().contains("/") ? "#3b6ea5" : "#b0b7bf",
                        LEFT + WIDTH + 10,
                        y + 14,
                        number(bar.median())));
        for (var value : bar.rounds()) {
            svg.append("  <circle cx=\"%s\" cy=\"%d\" r=\"2.5\" fill=\"#222\"/>%n"
                    .formatted(number(LEFT + Math.max(0, value * scale)), y + 9));
        }
    }
}
