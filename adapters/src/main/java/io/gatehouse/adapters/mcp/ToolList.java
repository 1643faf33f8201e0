package io.gatehouse.adapters.mcp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tools that a server offers, in the server's order.
 *
 * @param refused why tools are left out, by name
 * @param fetchedNanos {@link System#nanoTime} when the list was asked for
 */
record ToolList(SequencedMap<String, Tool> tools, Map<String, String> refused, long fetchedNanos) {
    private static final Logger LOG = LoggerFactory.getLogger(ToolList.class);

    /** Reads definitions; what is wrong, or named twice, is left out. */
    static ToolList of(List<?> definitions, long fetchedNanos) {
        var tools = new LinkedHashMap<String, Tool>();
        var refused = new TreeMap<String, String>();
        Set<String> seen = new HashSet<>();
        for (var definition : definitions) {
            var object = Incoming.object(definition);
            var name = object.get("name") instanceof String text ? text : "?";
            try {
                var tool = Tool.of(object);
                if (!seen.add(name)) {
                    tools.remove(name);
                    throw new Tool.Refused("its name is given twice");
                }
                tools.put(name, tool);
            } catch (Tool.Refused e) {
                refused.put(printable(name), e.getMessage());
            }
        }
        return new ToolList(tools, refused, fetchedNanos);
    }

    private static String printable(String name) {
        var ascii = name.replaceAll("[^!-~]", "?");
        return ascii.length() > 128 ? ascii.substring(0, 128) : ascii;
    }

    /** Tells the operator what is left out, unless {@code before} left out the same. */
    void warn(String engine, @Nullable ToolList before) {
        if (before == null || !before.refused.equals(refused)) {
            refused.forEach((name, reason) -> LOG.warn("engine {}: tool {} is not offered: {}", engine, name, reason));
        }
    }

    @Nullable
    Tool find(String name) {
        return tools.get(name);
    }

    List<Tool> all() {
        return new ArrayList<>(tools.values());
    }
}
