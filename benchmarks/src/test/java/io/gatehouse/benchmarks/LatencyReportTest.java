package io.gatehouse.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LatencyReportTest {
    private static final LatencyReport REPORT = new LatencyReport(
            new Facts(Map.of("cpus", "2")),
            Stream.of(
                            "1\tnginx\t70\t20000\t50 90 100 200 300\t60 95 140 250 350",
                            "1\tepoll/whole\t50\t10000\t50 90 100 200 300\t80 150 400 900 1000",
                            "1\tepoll/whole\t70\t14000\t50 90 100 200 300\t80 150 600 900 1000",
                            "2\tepoll/whole\t70\t14000\t50 90 900 950 990\t80 150 1000 1900 2000",
                            "3\tepoll/whole\t70\t14000\t50 90 100 200 300\t80 150 90 900 1000")
                    .map(LatencyReport.Sample::parse)
                    .toList());

    @Test
    void quotesTheMedianOfWhatWasAddedWithinRounds() {
        assertThat(REPORT.table()).endsWith("""
                latency: target epoll/whole share 50 p99-added 300 origin-p99 100
                latency: target nginx share 70 p99-added 40 origin-p99 100
                latency: target epoll/whole share 70 p99-added 100 origin-p99 100
                """);
    }

    @Test
    void writesEveryRoundAsJson() {
        assertThat(REPORT.json())
                .contains("\"cpus\": \"2\"")
                .contains("\"p99AddedMicros\": 100.000, \"originP99Micros\": 100.000")
                .contains("{\"round\": 2, \"perSecond\": 14000, \"alone\": {\"p50\": 50, \"p90\": 90, \"p99\": 900,");
    }

    @Test
    void drawsABarForEachTargetAndNoneBelowZero() {
        assertThat(REPORT.plot())
                .contains(">50 % of its capacity</text>", ">nginx</text>", ">epoll/whole</text>")
                .doesNotContain("width=\"-")
                .endsWith("</svg>\n");
        assertThat(List.of(REPORT.plot().split("<circle", -1))).hasSize(1 + 5);
    }
}
