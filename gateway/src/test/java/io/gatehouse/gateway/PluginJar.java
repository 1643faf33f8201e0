package io.gatehouse.gateway;

import io.gatehouse.proxy.engine.EngineFactory;
import io.gatehouse.proxy.filter.FilterFactory;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;

/** Builds a plugin as its author would: sources, the compiler, a jar. */
final class PluginJar {
    private final Path work;
    private final List<Path> sources = new ArrayList<>();

    private PluginJar(Path work) {
        this.work = work;
    }

    static PluginJar in(Path work) throws IOException {
        Files.createDirectories(work.resolve("classes/META-INF/services"));
        return new PluginJar(work);
    }

    /** Takes a Maven project's sources and resources. */
    PluginJar project(Path folder) throws IOException {
        try (var files = Files.walk(folder.resolve("src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
        var resources = folder.resolve("src/main/resources");
        try (var files = Files.walk(resources)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(
                        file,
                        work.resolve("classes")
                                .resolve(resources.relativize(file).toString()));
            }
        }
        return this;
    }

    /** A class {@code name} of the package {@code plugin} that makes filters called {@code filter}. */
    PluginJar factory(String name, String filter) throws IOException {
        return source(name, """
                package plugin;

                import io.gatehouse.proxy.filter.*;

                public final class @CLASS@ implements FilterFactory<@CLASS@.None> {
                    public record None() {}

                    public String name() {
                        return "@FILTER@";
                    }

                    public Class<None> configType() {
                        return None.class;
                    }

                    public Phase phase(None config) {
                        return Phase.EDGE;
                    }

                    public Filter create(None config, Services services) {
                        return exchange -> Verdict.NEXT;
                    }
                }
                """.replace("@CLASS@", name).replace("@FILTER@", filter));
    }

    PluginJar source(String name, String text) throws IOException {
        sources.add(Files.writeString(work.resolve(name + ".java"), text));
        return this;
    }

    PluginJar filters(String... classes) throws IOException {
        return service(FilterFactory.class, classes);
    }

    PluginJar engines(String... classes) throws IOException {
        return service(EngineFactory.class, classes);
    }

    private PluginJar service(Class<?> type, String... classes) throws IOException {
        Files.write(work.resolve("classes/META-INF/services").resolve(type.getName()), List.of(classes));
        return this;
    }

    Path build(Path jar) throws IOException {
        var classes = work.resolve("classes");
        if (!sources.isEmpty()) {
            compile(classes);
        }
        try (var zip = FileSystems.newFileSystem(jar, Map.of("create", "true"));
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var entry = zip.getPath(classes.relativize(file).toString());
                if (entry.getParent() != null) {
                    Files.createDirectories(entry.getParent());
                }
                Files.copy(file, entry);
            }
        }
        return jar;
    }

    private void compile(Path classes) {
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        sources.forEach(source -> arguments.add(source.toString()));
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (result != 0) {
            throw new IllegalStateException("the plugin does not compile");
        }
    }
}
