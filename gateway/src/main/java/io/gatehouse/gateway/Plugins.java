package io.gatehouse.gateway;

import io.gatehouse.adapters.BuiltInEngines;
import io.gatehouse.filters.BuiltInFilters;
import io.gatehouse.gateway.config.Extensions;
import io.gatehouse.proxy.engine.EngineFactory;
import io.gatehouse.proxy.filter.FilterFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Filters and engines of other people: the jars of one folder, each with a class loader of its own, so that no plugin sees another
 * one's libraries. They are loaded once, when the process starts.
 */
public final class Plugins {
    /** Names the folder; without it there are no plugins. */
    static final String VARIABLE = "GATEHOUSE_PLUGINS";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final List<FilterFactory<?>> filters = new ArrayList<>(BuiltInFilters.factories());
    private final List<EngineFactory<?>> engines = new ArrayList<>(BuiltInEngines.all());
    private final Map<String, String> filterOwners = new HashMap<>();
    private final Map<String, String> engineOwners = new HashMap<>();

    private Plugins() {
        filters.forEach(filter -> filterOwners.put(filter.name(), "the gateway itself"));
        engines.forEach(engine -> engineOwners.put(engine.type(), "the gateway itself"));
    }

    /**
     * What comes with the gateway, and what the folder holds that the environment names.
     *
     * @throws IllegalArgumentException where a plugin cannot be used; the message is for the operator
     */
    public static Extensions extensions(Map<String, String> environment) {
        var folder = environment.getOrDefault(VARIABLE, "");
        return folder.isEmpty() ? BuiltIns.extensions() : in(Path.of(folder));
    }

    static Extensions in(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(VARIABLE + ": `" + folder + "` is not a folder");
        }
        refuseWritable(folder);
        var plugins = new Plugins();
        for (var jar : jars(folder)) {
            plugins.add(jar);
        }
        return Extensions.of(plugins.filters, plugins.engines);
    }

    private static List<Path> jars(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(VARIABLE + ": `" + folder + "` cannot be read", unreadable);
        }
    }

    /** What anybody on the machine may replace would run with everything that the gateway may do. */
    private static void refuseWritable(Path file) {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return; // a file system without such permissions
        }
        try {
            if (view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IllegalArgumentException("plugin `" + file + "`: everybody may write to it");
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("plugin `" + file + "`: cannot be read", unreadable);
        }
    }

    private void add(Path jar) {
        refuseWritable(jar);
        var file = String.valueOf(jar.getFileName());
        try {
            var loader = new URLClassLoader(file, new URL[] {url(jar)}, Plugins.class.getClassLoader());
            List<FilterFactory<?>> newFilters = load(FilterFactory.class, loader);
            List<EngineFactory<?>> newEngines = load(EngineFactory.class, loader);
            if (newFilters.isEmpty() && newEngines.isEmpty()) {
                throw new IllegalArgumentException("names no filter and no engine in META-INF/services");
            }
            for (var filter : newFilters) {
                claim(file, "filter", filterOwners, filter, FilterFactory::name, FilterFactory::configType);
                filters.add(filter);
            }
            for (var engine : newEngines) {
                claim(file, "engine", engineOwners, engine, EngineFactory::type, EngineFactory::configType);
                engines.add(engine);
            }
        } catch (RuntimeException | ServiceConfigurationError | LinkageError broken) {
            throw new IllegalArgumentException("plugin `" + file + "`: " + broken.getMessage(), broken);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** What the jar itself provides, not what stands on the gateway's own class path. */
    @SuppressWarnings({"unchecked", "ReferenceEquality"
    }) // T is the service with wildcards; a loader is equal to itself alone
    private static <T> List<T> load(Class<? super T> type, ClassLoader loader) {
        return ServiceLoader.load(type, loader).stream()
                .filter(provider -> provider.type().getClassLoader() == loader)
                .map(provider -> (T) provider.get())
                .toList();
    }

    private static <T> void claim(
            String file,
            String kind,
            Map<String, String> owners,
            T factory,
            Function<T, String> nameOf,
            Function<T, Class<?>> settings) {
        var name = nameOf.apply(factory);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "expected a name of lower-case words such as `client-version`, got `" + name + "`");
        }
        if (!settings.apply(factory).isRecord()) {
            throw new IllegalArgumentException(kind + " `" + name + "`: its settings are no record");
        }
        var owner = owners.putIfAbsent(name, file);
        if (owner != null) {
            throw new IllegalArgumentException(kind + " `" + name + "` is there already, from " + owner);
        }
    }
}
