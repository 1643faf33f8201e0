package io.gatehouse.gateway.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The request that {@code gatehouse explain} asks about.
 *
 * @param url absolute, http or https
 * @param headers by lower-case name, in the order given
 * @param body empty where there is none
 * @param principal who asks, such as {@code client:agent}; null for whoever the request's credentials say
 */
public record ExplainArguments(
        String method,
        URI url,
        Map<String, List<String>> headers,
        String body,
        @Nullable String principal) {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");

    /**
     * Reads the arguments as they were typed.
     *
     * @throws IllegalArgumentException where one is not understood; the message is for people
     */
    public static ExplainArguments parse(String method, String url, List<String> headers, @Nullable String principal) {
        var verb = method.toUpperCase(Locale.ROOT);
        if (!METHOD.matcher(verb).matches()) {
            throw new IllegalArgumentException("expected a method such as `GET`, got `" + method + "`");
        }
        if (principal != null && principal.isBlank()) {
            throw new IllegalArgumentException("--as: expected a principal such as `client:agent`");
        }
        Map<String, List<String>> byName = new TreeMap<>();
        for (var header : headers) {
            addHeader(byName, header);
        }
        return new ExplainArguments(verb, url(url), byName, "", principal);
    }

    /** The same request with a body. */
    public ExplainArguments withBody(String text) {
        return new ExplainArguments(method, url, headers, text, principal);
    }

    private static void addHeader(Map<String, List<String>> byName, String header) {
        int colon = header.indexOf(':');
        var name = colon < 0 ? "" : header.substring(0, colon);
        if (!TOKEN.matcher(name).matches()) {
            // the value may be a credential: it is not repeated
            throw new IllegalArgumentException("-H: expected `Name: value`");
        }
        if (name.equalsIgnoreCase("host")) {
            throw new IllegalArgumentException("-H: the URL names the host");
        }
        var value = header.substring(colon + 1).strip();
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new IllegalArgumentException("-H: `" + name + "` has a control character in its value");
        }
        byName.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                .add(value);
    }

    private static URI url(String text) {
        try {
            var url = new URI(text);
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("expected a URL such as `http://api.example.com/orders`", e);
        }
        throw new IllegalArgumentException(
                "expected a URL such as `http://api.example.com/orders`, got `" + text + "`");
    }
}
