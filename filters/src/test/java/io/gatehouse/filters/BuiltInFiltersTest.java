package io.gatehouse.filters;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.filter.FilterFactory;
import org.junit.jupiter.api.Test;

class BuiltInFiltersTest {
    @Test
    void listsEveryFilterOnce() {
        assertThat(BuiltInFilters.factories().stream().map(FilterFactory::name))
                .containsExactly(
                        "request-id",
                        "access-log",
                        "headers",
                        "security-headers",
                        "cors",
                        "https-only",
                        "ip-filter",
                        "body-limit",
                        "api-key",
                        "rate-limit",
                        "compress",
                        "rewrite",
                        "authorize",
                        "approve",
                        "redirect",
                        "respond");
    }
}
