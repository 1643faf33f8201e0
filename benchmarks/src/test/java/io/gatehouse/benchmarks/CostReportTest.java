package io.gatehouse.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CostReportTest {
    private static final CostReport REPORT = new CostReport(
            Map.of("cpu", "a \"quick\" one"),
            Stream.of(
                            "1\tnginx\t100000\t100\t100\t50000",
                            "1\tauthreq\t100000\t250\t100\t50000",
                            "1\tepoll/pass\t100000\t110\t100\t50000",
                            "2\tepoll/pass\t100000\t300\t100\t50000",
                            "2\tnginx\t100000\t200\t100\t50000",
                            "3\tnginx\t100000\t100\t100\t50000",
                            "3\tepoll/pass\t100000\t120\t100\t50000")
                    .map(CostReport.Sample::parse)
                    .toList());

    @Test
    void quotesTheMedianOfTheRatiosWithinRounds() {
        assertThat(REPORT.ratio("epoll/pass", "nginx")).isEqualTo(1.2);
        assertThat(REPORT.ratio("epoll/pass", "authreq")).isEqualTo(0.44);
        assertThat(REPORT.ratio("epoll/edge", "nginx")).isNaN();
    }

    @Test
    void endsWithTheLineThatTheCheckJudges() {
        assertThat(REPORT.table()).endsWith("cost: transport epoll pass/nginx 1.20 chain/nginx - chain/authreq -\n");
    }

    @Test
    void writesFactsAndFiguresAsJson() {
        assertThat(REPORT.json())
                .contains("\"cpu\": \"a \\\"quick\\\" one\"")
                .contains("\"cpuMicros\": 12.000, \"toNginx\": 1.200, \"toAuthreq\": 0.440");
    }

    @Test
    void drawsABarForEachTarget() {
        assertThat(REPORT.plot())
                .contains(">nginx</text>", ">authreq</text>", ">epoll/pass</text>")
                .endsWith("</svg>\n");
        assertThat(List.of(REPORT.plot().split("<circle", -1))).hasSize(1 + 7);
    }
}
