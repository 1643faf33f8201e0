package io.gatehouse.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CostReportTest {
    private static final CostReport REPORT = new CostReport(
            new Facts(Map.of("cpu", "a \"quick\" one")),
            Stream.of(
                            "1\t191Bx64\tnginx\t100000\t100\t100\t50000",
                            "1\t191Bx64\tauthreq\t100000\t250\t100\t50000",
                            "1\t191Bx64\tepoll/pass\t100000\t110\t100\t50000",
                            "2\t191Bx64\tepoll/pass\t100000\t300\t100\t50000",
                            "2\t191Bx64\tnginx\t100000\t200\t100\t50000",
                            "3\t191Bx64\tnginx\t100000\t100\t100\t50000",
                            "3\t191Bx64\tepoll/pass\t100000\t120\t100\t50000",
                            "3\t1MiBx8\tscg\t1000\t240\t100\t500",
                            "3\t1MiBx8\tepoll/pass\t1000\t120\t100\t500")
                    .map(CostReport.Sample::parse)
                    .toList());

    @Test
    void quotesTheMedianOfTheRatiosWithinRounds() {
        assertThat(REPORT.panel("191Bx64").ratio("epoll/pass", "nginx")).isEqualTo(1.2);
        assertThat(REPORT.panel("191Bx64").ratio("epoll/pass", "authreq")).isEqualTo(0.44);
        assertThat(REPORT.panel("191Bx64").ratio("epoll/edge", "nginx")).isNaN();
    }

    @Test
    void endsWithTheLinesThatTheCheckJudges() {
        assertThat(REPORT.table()).endsWith("""
                whole: transport epoll chain/nginx - chain/authreq - shape 191Bx64
                cost: transport epoll pass/nginx 1.20 chain/nginx - scg/pass - two-loops/one - shape 191Bx64
                whole: transport epoll chain/nginx - chain/authreq - shape 1MiBx8
                cost: transport epoll pass/nginx - chain/nginx - scg/pass 2.00 two-loops/one - shape 1MiBx8
                """);
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
                .contains(
                        ">191Bx64</text>",
                        ">nginx</text>",
                        ">authreq</text>",
                        ">epoll/pass</text>",
                        ">1MiBx8</text>",
                        ">scg</text>")
                .endsWith("</svg>\n");
        assertThat(List.of(REPORT.plot().split("<circle", -1))).hasSize(1 + 9);
    }
}
