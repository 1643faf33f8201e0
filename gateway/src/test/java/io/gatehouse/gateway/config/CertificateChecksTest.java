package io.gatehouse.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that want to be renewed are warned of, where they stand in the file. */
final class CertificateChecksTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    private Path folder;

    private X509Bundle authority;

    @BeforeEach
    void makeAuthority() throws Exception {
        authority =
                builder("authority", -1, 400).setIsCertificateAuthority(true).buildSelfSigned();
    }

    private Instant day(int days) {
        return now.plus(days, ChronoUnit.DAYS);
    }

    private CertificateBuilder builder(String name, int from, int to) {
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=" + name)
                .addSanDnsName(name + ".example")
                .notBefore(day(from))
                .notAfter(day(to));
    }

    private void write(String name, X509Bundle bundle) throws Exception {
        Files.writeString(folder.resolve(name + ".pem"), bundle.getCertificatePathPEM());
        Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM());
    }

    private void write(String name, int from, int to) throws Exception {
        write(name, builder(name, from, to).buildIssuedBy(authority));
    }

    private List<String> warnings(String certificates, String upstreamTls) {
        return TestSource.warnings(
                folder, """
                version: 1
                server:
                  listeners:
                    - name: public
                      address: 127.0.0.1:8443
                      tls:
                        certificates:
                @CERTIFICATES@
                upstreams: { orders: { targets: ["https://127.0.0.1:9"], tls: { @TLS@ } } }
                routes:
                  - { name: a, match: { path: /a }, filters: [request-id], to: orders }
                """.replace("@CERTIFICATES@", certificates.indent(10).stripTrailing())
                        .replace("@TLS@", upstreamTls));
    }

    @Test
    void warnsOfEachThatIsNotGoodOrNotForLong() throws Exception {
        write("good", -1, 15);
        write("over", -30, -1);
        write("early", 1, 90);
        write("soon", -76, 13);

        assertThat(warnings("""
                - { certificate: good.pem, key: good.key }
                - { certificate: over.pem, key: over.key }
                - { certificate: early.pem, key: early.key }
                - { certificate: soon.pem, key: soon.key }
                """, "certificate: over.pem, key: over.key"))
                .containsExactly(
                        "gatehouse.yaml:9:28: server.listeners[0].tls.certificates[1].certificate: certificate `over.pem` of"
                                + " listener `public` has expired at " + day(-1),
                        "gatehouse.yaml:10:28: server.listeners[0].tls.certificates[2].certificate: certificate `early.pem` of"
                                + " listener `public` is not valid before " + day(1),
                        "gatehouse.yaml:11:28: server.listeners[0].tls.certificates[3].certificate: certificate `soon.pem` of"
                                + " listener `public` expires at " + day(13),
                        "gatehouse.yaml:12:78: upstreams.orders.tls.certificate: certificate `over.pem` that upstream `orders`"
                                + " is shown has expired at " + day(-1));
    }

    @Test
    void warnsOfAChainThatEndsBeforeItsCertificate() throws Exception {
        var old = builder("old", -90, 3).setIsCertificateAuthority(true).buildIssuedBy(authority);
        write("site", builder("site", -1, 90).buildIssuedBy(old));

        assertThat(warnings("- { certificate: site.pem, key: site.key }", ""))
                .singleElement()
                .asString()
                .endsWith("certificate `site.pem` of listener `public` expires at " + day(3));
    }

    @Test
    void saysNothingOfOneThatIsGoodForLong() throws Exception {
        write("good", -1, 90);

        assertThat(warnings("- { certificate: good.pem, key: good.key }", "")).isEmpty();
    }
}
