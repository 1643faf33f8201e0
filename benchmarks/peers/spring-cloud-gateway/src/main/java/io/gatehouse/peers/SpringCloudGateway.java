package io.gatehouse.peers;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** Spring Cloud Gateway as it configures itself, with the one route of {@code application.yaml}. */
@SpringBootConfiguration
@EnableAutoConfiguration
public class SpringCloudGateway {

    /** Serves until the process ends. */
    public static void main(String[] arguments) {
        SpringApplication.run(SpringCloudGateway.class, arguments);
    }
}
