package io.gatehouse.gateway.config;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The certificates that {@code config/examples/tls.yaml} names. */
public final class ExampleCertificates {
    private ExampleCertificates() {}

    /** Writes them; answers who certifies them. */
    public static X509Bundle write(Path folder) throws Exception {
        var authority = builder("authority").setIsCertificateAuthority(true).buildSelfSigned();
        Files.createDirectories(folder);
        for (var name : new String[] {"www", "shop"}) {
            var host = name + ".example.com";
            var certificate = builder(host).addSanDnsName(host).buildIssuedBy(authority);
            Files.writeString(folder.resolve(name + ".pem"), certificate.getCertificatePathPEM());
            Files.writeString(folder.resolve(name + ".key"), certificate.getPrivateKeyPEM());
        }
        return authority;
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=" + name)
                .notAfter(Instant.now().plus(Duration.ofDays(90)));
    }
}
